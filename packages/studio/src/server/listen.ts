import { once } from 'node:events';
import { createServer, isIPv6, type AddressInfo, type Server } from 'node:net';
import { receiveGrpc } from '../otlp/receive-grpc.ts';
import type { TelemetrySink } from '../otlp/take-telemetry.ts';
import { StudioError } from './studio-options.ts';

/**
 * Resolves with the port when the server listens.
 *
 * @param purpose what the port is for, in the error's words; empty for that of the studio itself
 * @throws {StudioError} `cannot_listen`
 */
export async function listen(server: Server, port: number, host: string, purpose: string): Promise<number> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const reason = isTaken ? 'another program listens there. Choose another port; 0 is any free one.' : String(cause);
    throw new StudioError('cannot_listen', `The studio cannot listen on ${inUrl(host)}:${port}${purpose}: ${reason}`, { cause });
  }
  return (server.address() as AddressInfo).port;
}

/** A name or an address as a URL writes it. */
export function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** A port at which OTLP over gRPC is received. */
export interface GrpcPort {
  readonly port: number;
  /** Stops listening and cuts open connections. */
  readonly close: () => Promise<void>;
}

/** @throws {StudioError} `cannot_listen` */
export async function openGrpcPort(
  asked: number,
  host: string,
  sink: TelemetrySink,
  maxBodyBytes: number,
  onArrival: () => void,
): Promise<GrpcPort> {
  const receiver = await receiveGrpc(sink, maxBodyBytes, onArrival);
  // A server of our own, so that a port that is taken is told as that of HTTP is: the library has a text for it only.
  const server = createServer(receiver.connected);
  let port: number;
  try {
    port = await listen(server, asked, host, ' for OTLP over gRPC');
  } catch (error) {
    receiver.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    receiver.close();
    await closed;
  };
  return { port, close };
}
