import { once } from 'node:events';
import { createServer } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { actionRoutes } from './api/action-routes.ts';
import type { StudioAction } from './api/action.ts';
import { LiveEvents } from './api/live-events.ts';
import { traceRoutes } from './api/trace-routes.ts';
import { handleRequests } from './http/handle-requests.ts';
import { pageRoutes } from './http/page-files.ts';
import { receiveRoutes } from './otlp/receive-routes.ts';
import { defaultLimits, type StoreLimits } from './store/store-limits.ts';
import { TraceStore } from './store/trace-store.ts';
import { StudioError } from './studio-error.ts';

/** Options of {@link startStudio}. */
export interface StudioOptions extends StoreLimits {
  /**
   * The port to listen on; 0 is a free one.
   * @default 4318, where OpenTelemetry's exporters send by OTLP/HTTP
   */
  readonly port?: number;
  /**
   * The address to listen on. The default is seen by no other machine.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * Names and addresses, without a port, that this studio is reached by besides `localhost`, `127.0.0.1`, `[::1]` and `host`:
   * `host.docker.internal`, say. Requests for others are refused, whatever address they come to.
   * @default []
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Buttons on the page.
   * @default []
   */
  readonly actions?: readonly StudioAction[];
  /**
   * The longest body of a request, in bytes, compressed and decompressed. A longer one is refused with 413.
   * @default 16_777_216
   */
  readonly maxBodyBytes?: number;
}

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
 * @throws {StudioError} `cannot_listen`
 */
export async function startStudio({
  port = 4318,
  host = '127.0.0.1',
  allowedHosts = [],
  actions = [],
  maxBodyBytes = 16_777_216,
  ...limits
}: StudioOptions = {}): Promise<Studio> {
  const store = new TraceStore({ ...defaultLimits, ...limits });
  const live = new LiveEvents();
  const urlHost = isIPv6(host) ? `[${host}]` : host;
  const hosts = new Set(['localhost', '127.0.0.1', '[::1]', urlHost.toLowerCase(), ...allowedHosts.map((name) => name.toLowerCase())]);
  const routes = [
    ...receiveRoutes(store, maxBodyBytes, () => live.changed()),
    ...traceRoutes(store, crypto.randomUUID()),
    live.route,
    ...actionRoutes(actions),
    ...pageRoutes,
  ];
  const server = createServer(handleRequests(routes, hosts));
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    live.close();
    throw new StudioError('cannot_listen', `The studio cannot listen on ${urlHost}:${port}: ${String(cause)}`, { cause });
  }
  const address = server.address() as AddressInfo;
  const url = `http://${urlHost}:${address.port}`;
  const stop = async (): Promise<void> => {
    live.close();
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url, port: address.port, traceUrl: (traceId) => `${url}/traces/${traceId}`, stop, [Symbol.asyncDispose]: stop };
}
