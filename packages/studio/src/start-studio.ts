import { once } from 'node:events';
import { createServer } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { StudioError } from './studio-error.ts';

/** Options of {@link startStudio}. */
export interface StudioOptions {
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
}

/** A studio that listens. */
export interface Studio extends AsyncDisposable {
  /** The base URL: the page for a browser, and `OTEL_EXPORTER_OTLP_ENDPOINT` for an exporter. No slash at its end. */
  readonly url: string;
  /** The port it listens on. */
  readonly port: number;
  /** Stops listening and cuts open connections. What it held is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a studio and resolves when it listens.
 *
 * @throws {StudioError} `cannot_listen`
 */
export async function startStudio({ port = 4318, host = '127.0.0.1' }: StudioOptions = {}): Promise<Studio> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error: `There is nothing at ${request.url}.` }));
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw new StudioError('cannot_listen', `The studio cannot listen on ${host}:${port}: ${String(cause)}`, { cause });
  }
  const address = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
