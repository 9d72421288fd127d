import { once } from 'node:events';
import { createServer } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { actionRoutes } from '../api/actions.ts';
import { LiveEvents } from '../api/live-events.ts';
import { providerRoutes } from '../api/provider-routes.ts';
import { flowRoute, traceRoutes } from '../api/trace-routes.ts';
import { checkCaller, handleRequests } from '../http/handle-requests.ts';
import { pageRoutes } from '../http/page-files.ts';
import { receiveRoutes } from '../otlp/receive-routes.ts';
import { TraceStore } from '../store/trace-store.ts';
import { checkOptions, StudioError, type StudioOptions } from './studio-options.ts';

/** In milliseconds. An exporter that sends every five seconds or every minute keeps its connection; one that stops midway loses it. */
const timeouts = { keepAliveTimeout: 65_000, headersTimeout: 10_000, requestTimeout: 30_000 };

/** A studio that listens. */
export interface Studio extends AsyncDisposable {
  /** The base URL: the page for a browser, and `OTEL_EXPORTER_OTLP_ENDPOINT` for an exporter. No slash at its end. */
  readonly url: string;
  /** The port it listens on. */
  readonly port: number;
  /** The address of a trace's page, whether the trace is there yet or not. */
  traceUrl(traceId: string): string;
  /** Stops listening and cuts open connections. What it held is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a studio and resolves when it listens.
 *
 * @throws {StudioError} `cannot_listen`, `invalid_option`
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
    maxBodyBytes = 16_777_216,
    ...limits
  } = options;
  const store = new TraceStore(limits);
  const live = new LiveEvents();
  const routes = [
    ...receiveRoutes(store, maxBodyBytes, () => live.changed()),
    ...traceRoutes(store, crypto.randomUUID()),
    flowRoute(store),
    live.route,
    ...actionRoutes(actions),
    ...providerRoutes({ ...(deadLetters && { deadLetters }), ...(doctor && { doctor }) }, () => url, log),
    ...pageRoutes,
  ];
  const urlHost = isIPv6(host) ? `[${host}]` : host;
  const hosts = new Set(['localhost', '127.0.0.1', '[::1]', urlHost, ...allowedHosts].map((name) => name.toLowerCase()));
  const server = createServer(
    timeouts,
    handleRequests(routes, (request) => checkCaller(request, hosts)),
  );
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    live.close();
    throw cannotListen(`${urlHost}:${port}`, cause);
  }
  const address = server.address() as AddressInfo;
  // What listens on all addresses of the machine has none of its own.
  const url = `http://${['0.0.0.0', '[::]'].includes(urlHost) ? 'localhost' : urlHost}:${address.port}`;
  let stopped: Promise<unknown> | undefined;
  const stop = async (): Promise<void> => {
    live.close();
    stopped ??= once(server, 'close');
    server.close();
    // Those too that have sent half a request, or do not read their answer.
    server.closeAllConnections();
    await stopped;
  };
  return { url, port: address.port, traceUrl: (traceId) => `${url}/traces/${traceId}`, stop, [Symbol.asyncDispose]: stop };
}

function toStderr(line: string): void {
  process.stderr.write(`tracelink studio: ${line}\n`);
}

function cannotListen(where: string, cause: unknown): StudioError {
  const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const reason = isTaken ? 'another program listens there. Choose another port; 0 is any free one.' : String(cause);
  return new StudioError('cannot_listen', `The studio cannot listen on ${where}: ${reason}`, { cause });
}
