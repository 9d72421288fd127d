import { once } from 'node:events';
import { createServer } from 'node:http';

/** A listening health endpoint. */
export interface HealthServer {
  close(): Promise<void>;
}

/**
 * Answers `GET /health` for a service that has no HTTP of its own: 200 while `isReady`, else 503. Containers' health checks
 * ask it.
 */
export async function serveHealth(
  address: { readonly host: string; readonly port: number },
  isReady: () => boolean,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const code = request.url !== '/health' ? 404 : isReady() ? 200 : 503;
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ ready: code === 200 }));
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
