import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** `wanted` when it is free on 127.0.0.1, else a port that is free now; 0 for any. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  try {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (wanted === 0) throw error;
    return freePort();
  }
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
