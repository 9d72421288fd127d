import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that answers as a test tells it to. */
export interface BackEnd extends AsyncDisposable {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param port 0 is a free one */
export async function backEnd(answer: RequestListener, port = 0): Promise<BackEnd> {
  const server = createServer(answer).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop, [Symbol.asyncDispose]: stop };
}
