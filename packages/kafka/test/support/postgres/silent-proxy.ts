import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * Stands between clients and a Postgres. Its connections can fall silent, as those to a host that has vanished: they stay open, and
 * nothing comes.
 */
export interface SilentProxy {
  /** For `pg`. */
  readonly url: string;
  /** All connections are silent from now on, and new ones. */
  silence(): void;
  /** The next connection on which a client sends this text is silent from then on: the server never gets the statement. Resolves then. */
  silenceAt(text: string): Promise<void>;
  /** New connections are answered again; silent ones stay silent. */
  answer(): void;
  stop(): Promise<void>;
}

interface Connection {
  isSilent: boolean;
}

/** @param url of the Postgres behind it */
export async function startSilentProxy(url: string): Promise<SilentProxy> {
  const behind = new URL(url);
  const sockets = new Set<Socket>();
  const connections = new Set<Connection>();
  let isSilent = false;
  let silencing: { readonly text: string; readonly silent: () => void } | undefined;

  const server = createServer((client) => {
    const upstream = connect(Number(behind.port), behind.hostname);
    const connection: Connection = { isSilent };
    connections.add(connection);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    client.on('data', (data) => {
      if (silencing !== undefined && data.includes(silencing.text)) {
        connection.isSilent = true;
        silencing.silent();
        silencing = undefined;
      }
      if (!connection.isSilent) upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (!connection.isSilent) client.write(data);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => {
      if (!connection.isSilent) client.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const front = new URL(url);
  front.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: front.href,
    silence() {
      isSilent = true;
      for (const connection of connections) connection.isSilent = true;
    },
    silenceAt: (text) => new Promise((silent) => (silencing = { text, silent })),
    answer: () => void (isSilent = false),
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
