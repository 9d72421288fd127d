import { connect, Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';

/** A client's connection to the brokers, which can be cut for ever: to the brokers it is as if its process was killed. */
export class Cable {
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  /** The socket factory of kafkajs' clients. */
  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    if (this.#isCut) {
      const socket = new Socket();
      setImmediate(() => socket.destroy(new Error('The cable is cut')));
      return socket;
    }
    const socket = connect({ host, port }, onConnect);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  };

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}
