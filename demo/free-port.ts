import { once } from 'node:events';
import { createServer } from 'node:net';

// Below those that systems give to connections and to who listens on any port (from 32768 on Linux, 49152 elsewhere): between the answer
// and the use of the port only another one who asks here can take it.
const [lowest, highest] = [15_000, 32_000];

/** `wanted` when it is free on 127.0.0.1, else a port that is free now; 0 for any. @throws the system's error when a hundred are taken */
export async function freePort(wanted = 0): Promise<number> {
  for (let tries = 0; ; tries++) {
    const port = tries === 0 && wanted !== 0 ? wanted : lowest + Math.floor(Math.random() * (highest - lowest));
    try {
      await listen(port);
      return port;
    } catch (error) {
      if (tries === 100) throw error;
    }
  }
}

async function listen(port: number): Promise<void> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
