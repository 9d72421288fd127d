import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A statement that waits at the gate. */
interface HeldStatement {
  /** Resolves when a statement was stopped. */
  readonly reached: Promise<void>;
  /** Lets it through, and all later ones. */
  release(): void;
}

/** A connection to a Postgres that can stop a statement midway, as the network does to a service that is about to end. */
export interface DatabaseGate extends AsyncDisposable {
  /** A connection string for `pg`. */
  readonly url: string;
  /** Stops the connection of the first statement that starts like this, before the server sees it. */
  hold(statement: string): HeldStatement;
}

/** Opens a gate before the Postgres of `target`: TCP on 127.0.0.1, byte for byte. */
export async function openDatabaseGate(target: string): Promise<DatabaseGate> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let holds: { readonly statement: string; readonly stop: (client: Socket, forward: () => void) => void } | undefined;

  const server = createServer((client) => {
    const database = connect(Number(port), hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          database.destroy();
        });
    }
    database.on('data', (chunk) => void client.write(chunk));
    client.on('data', (chunk: Buffer) => {
      const forward = (): void => void database.write(chunk);
      if (holds !== undefined && chunk.includes(holds.statement)) holds.stop(client, forward);
      else forward();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.href,
    hold(statement) {
      const reached = Promise.withResolvers<void>();
      let letThrough = (): void => {};
      holds = {
        statement,
        stop(client, forward) {
          holds = undefined;
          client.pause();
          letThrough = () => {
            forward();
            client.resume();
          };
          reached.resolve();
        },
      };
      return { reached: reached.promise, release: () => letThrough() };
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
