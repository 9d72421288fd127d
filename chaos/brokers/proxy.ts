import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Frames } from './frames.ts';

/** What happens to the response to a request: it is dropped, and the client waits; or the connection is cut instead. */
export type Loss = 'swallow' | 'cut';

/** A proxy of a broker that loses responses: the broker has done what it was asked, and the client does not know. */
export class Proxy implements AsyncDisposable {
  /** Decides for each request; set it during the fault. */
  lose: ((apiKey: number) => Loss | undefined) | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on a free port and forwards to `target`, a port of this machine. */
  static async start(target: number): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server);
    server.on('connection', (client) => proxy.#join(client, connect(target, '127.0.0.1')));
    // On all interfaces, as "localhost" may be either.
    server.listen(0);
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket, broker: Socket): void {
    const losses = new Map<number, Loss>();
    const end = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.setNoDelay().on('error', end);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    // A request starts with its API key, version and correlation id; a response with the correlation id.
    const requests = new Frames((frame) => {
      const loss = this.lose?.(frame.readInt16BE(4));
      if (loss !== undefined) losses.set(frame.readInt32BE(8), loss);
      broker.write(frame);
    });
    const answers = new Frames((frame) => {
      const correlationId = frame.readInt32BE(4);
      const loss = losses.get(correlationId);
      losses.delete(correlationId);
      if (loss === undefined) client.write(frame);
      else if (loss === 'cut') end();
    });
    client.on('data', (chunk) => requests.take(chunk));
    broker.on('data', (chunk) => answers.take(chunk));
  }
}
