import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { EmbeddedKafkaError } from '../embedded-kafka-error.ts';
import { Connection, type ConnectionOptions } from './connection.ts';

/** One broker of the cluster: a port, and the connections of its clients. */
export class Listener {
  readonly #server: Server;
  readonly #connections = new Set<Connection>();

  constructor(options: ConnectionOptions) {
    this.#server = createServer((socket) => {
      const connection = new Connection(socket, options);
      this.#connections.add(connection);
      socket.once('close', () => this.#connections.delete(connection));
    });
  }

  /**
   * Listens.
   *
   * @param port 0 for any that is free
   * @returns the port
   * @throws {EmbeddedKafkaError} `cannot_listen`
   */
  async listen(host: string, port: number): Promise<number> {
    this.#server.listen(port, host);
    try {
      await once(this.#server, 'listening');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EmbeddedKafkaError('cannot_listen', `The broker cannot listen on ${host}:${port}: ${reason}`, { cause });
    }
    return (this.#server.address() as AddressInfo).port;
  }

  /** Closes the port and all connections. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
    await closed;
  }
}
