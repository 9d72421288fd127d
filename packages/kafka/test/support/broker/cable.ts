import { connect, type Socket } from 'node:net';

/** A connection to the broker that can be cut: current connections break, new ones are refused. */
export class Cable {
  #cut = false;
  readonly #sockets = new Set<Socket>();

  readonly socketFactory = ({ host, port, onConnect }: { host: string; port: number; onConnect: () => void }): Socket => {
    // Nothing listens on port 1.
    const socket = connect({ host, port: this.#cut ? 1 : port }, onConnect);
    this.#sockets.add(socket.once('close', () => this.#sockets.delete(socket)));
    return socket;
  };

  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy(new Error('cut'));
  }
}
