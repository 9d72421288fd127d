import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { EmbeddedKafkaError } from '../embedded-kafka-error.ts';
import { Connection, type ConnectionOptions } from './connection.ts';

/** The port of one broker, and the connections of its clients. It can be closed and opened again. */
export class Listener {
  readonly #options: ConnectionOptions;
  readonly #connections = new Set<Connection>();
  #server: Server | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /**
   * Listens.
   *
   * @param port 0 for any that is free
   * @returns the port
   * @throws {EmbeddedKafkaError} `cannot_listen`
   */
  async listen(host: string, port: number): Promise<number> {
    const server = createServer((socket) => {
      const connection = new Connection(socket, this.#options);
      this.#connections.add(connection);
      socket.once('close', () => this.#connections.delete(connection));
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

  /** Closes the port. The connections that there are go on. */
  refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Closes the port and all connections. */
  async close(): Promise<void> {
    this.refuse();
    await this.drop();
  }

  /** Closes all connections without another word. */
  async drop(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.destroy()));
  }
}
