import { once } from 'node:events';
import { createServer } from 'node:http';
import { actionRoutes } from '../api/actions.ts';
import { LiveEvents } from '../api/live-events.ts';
import { providerRoutes } from '../provider-api/provider-routes.ts';
import { flowRoute, traceRoutes } from '../api/trace-routes.ts';
import { checkCaller, handleRequests } from '../http/handle-requests.ts';
import { pageRoutes } from '../http/page-files.ts';
import { importRoute, importTraces, type ImportReport } from '../imports/import-traces.ts';
import { MalformedError } from '../otlp/members.ts';
import { receiveRoutes } from '../otlp/receive-routes.ts';
import { TraceStore } from '../store/trace-store.ts';
import { inUrl, listen, openGrpcPort, type GrpcPort } from './listen.ts';
import { checkOptions, StudioError, type StudioOptions } from './studio-options.ts';

/** In milliseconds. An exporter that sends every five seconds or every minute keeps its connection; one that stops midway loses it. */
const timeouts = { keepAliveTimeout: 65_000, headersTimeout: 10_000, requestTimeout: 30_000 };

/** A studio that listens. */
export interface Studio extends AsyncDisposable {
  /** The base URL: the page for a browser, and `OTEL_EXPORTER_OTLP_ENDPOINT` for an exporter. No slash at its end. */
  readonly url: string;
  /** The port it listens on. */
  readonly port: number;
  /** `OTEL_EXPORTER_OTLP_ENDPOINT` for an exporter that speaks gRPC; undefined without the option `grpcPort`. */
  readonly grpcUrl: string | undefined;
  /** The address of a trace's page, whether the trace is there yet or not. */
  traceUrl(traceId: string): string;
  /**
   * Shows traces that were saved: OTLP's JSON as the page saves it or the Collector's file exporter writes it, or Jaeger's.
   *
   * @throws {StudioError} `invalid_import`
   */
  importTraces(text: string): ImportReport;
  /** Stops listening and cuts open connections. What it held is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a studio and resolves when it listens.
 *
 * @throws {StudioError} `cannot_listen`, `unknown_option`, `invalid_option`
 */
export async function startStudio(options: StudioOptions = {}): Promise<Studio> {
  checkOptions(options);
  const {
    port = 4318,
    host = '127.0.0.1',
    allowedHosts = [],
    actions = [],
    deadLetters,
    doctor,
    log = toStderr,
    grpcPort,
    maxBodyBytes = 16_777_216,
    ...limits
  } = options;
  const store = new TraceStore(limits);
  const live = new LiveEvents();
  const onArrival = (): void => live.changed();
  const routes = [
    ...receiveRoutes(store, maxBodyBytes, onArrival),
    ...traceRoutes(store, crypto.randomUUID()),
    flowRoute(store),
    importRoute(store, onArrival),
    live.route,
    ...actionRoutes(actions),
    ...providerRoutes({ ...(deadLetters && { deadLetters }), ...(doctor && { doctor }) }, () => url, log),
    ...pageRoutes,
  ];
  const urlHost = inUrl(host);
  const hosts = new Set(['localhost', '127.0.0.1', '[::1]', urlHost, ...allowedHosts].map((name) => name.toLowerCase()));
  const server = createServer(
    timeouts,
    handleRequests(routes, (request) => checkCaller(request, hosts)),
  );
  let url = '';
  let grpc: GrpcPort | undefined;
  let stopped: Promise<unknown> | undefined;
  const stop = async (): Promise<void> => {
    live.close();
    if (server.listening) stopped ??= Promise.all([once(server, 'close'), grpc?.close()]);
    server.close();
    // Those too that have sent half a request, or do not read their answer.
    server.closeAllConnections();
    await stopped;
  };
  try {
    const listening = await listen(server, port, host, '');
    if (grpcPort !== undefined) grpc = await openGrpcPort(grpcPort, host, store, maxBodyBytes, onArrival);
    // What listens on all addresses of the machine has none of its own.
    const urlOf = (at: number): string => `http://${['0.0.0.0', '[::]'].includes(urlHost) ? 'localhost' : urlHost}:${at}`;
    url = urlOf(listening);
    return {
      url,
      port: listening,
      grpcUrl: grpc && urlOf(grpc.port),
      traceUrl: (traceId) => `${url}/traces/${traceId}`,
      importTraces: (text) => imported(() => importTraces(store, text, onArrival)),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function toStderr(line: string): void {
  process.stderr.write(`tracelink studio: ${line}\n`);
}

/** @throws {StudioError} `invalid_import` for what `run` finds malformed */
function imported(run: () => ImportReport): ImportReport {
  try {
    return run();
  } catch (cause) {
    throw cause instanceof MalformedError ? new StudioError('invalid_import', `${cause.message}.`, { cause }) : cause;
  }
}
