import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';
import { tlsReason } from '../security/options.ts';
import { Connection, type ConnectionOptions } from './connection.ts';

/** Options of a {@link Listener}. */
export interface ListenerOptions extends ConnectionOptions {
  /** The TLS options; `undefined` for plaintext. */
  readonly tls: TlsOptions | undefined;
}

/** The port of one broker and the connections of its clients. It can be closed and opened again. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #connections = new Set<Connection>();
  /** All sockets, including those without a completed TLS handshake. */
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /**
   * Opens the port.
   *
   * @param port 0 for any free port
   * @returns the port
   * @throws {EmbeddedKafkaError} `cannot_listen`
   */
  async listen(host: string, port: number): Promise<number> {
    const server = this.#createServer((socket) => {
      const connection = new Connection(socket, this.#options);
      this.#connections.add(connection);
      socket.once('close', () => this.#connections.delete(connection));
    });
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EmbeddedKafkaError('cannot_listen', `The broker cannot listen on ${host}:${port}: ${reason}`, { cause });
    }
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  /** Closes the port. Open connections continue. */
  refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Closes the port and all connections, and resolves when all of them are closed. */
  async close(): Promise<void> {
    const closed = this.#server && once(this.#server, 'close');
    this.refuse();
    await this.drop();
    await closed;
  }

  /** Closes all connections at once. */
  async drop(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.destroy()));
    await Promise.all(
      [...this.#sockets].map(async (socket) => {
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.destroy();
        await closed;
      }),
    );
  }

  #createServer(connected: (socket: Socket) => void): Server {
    const { tls, log } = this.#options;
    if (tls === undefined) return createServer(connected);
    const server = createTlsServer(tls, connected);
    // A failed TLS handshake closes only its own connection. A client that disconnects is not an error.
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      if (error.code !== 'ECONNRESET') log(`Connection of /${socket.remoteAddress ?? ''} closed: TLS failed: ${tlsReason(error)}`);
    });
    return server;
  }
}
