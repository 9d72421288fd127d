import type { FastifyInstance } from 'fastify';

/**
 * Ends the connection of each request that is answered while the server closes. The framework tells so only to requests
 * that begin after that: the connection of one that had begun would stay open for its keep-alive time, and the close with it.
 */
export function closeConnections(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}
