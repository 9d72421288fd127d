import { once } from 'node:events';
import { createServer } from 'node:http';

/** A listening health endpoint. */
export interface HealthServer {
  close(): Promise<void>;
}

/**
 * Answers `GET /health` with the result of `health` as JSON, for a service without its own HTTP: 200 while it is ready, else 503.
 * Containers' health checks use it.
 */
export async function serveHealth(
  address: { readonly host: string; readonly port: number },
  health: () => { readonly ready: boolean },
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const isHealth = request.url === '/health';
    const said = isHealth ? health() : { ready: false };
    const code = !isHealth ? 404 : said.ready ? 200 : 503;
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  }).listen(address.port, address.host);
  await once(server, 'listening');
  return {
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
