import type { InFlight } from '@tracelink-demo/kit';
import type { FastifyInstance } from 'fastify';

/**
 * Ends the connection of each request that is answered while the server closes. The framework does so only for requests
 * that start after that: the connection of an earlier one would stay open for its keep-alive time, and the close with it.
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

/** Counts each request as in flight until its answer is sent or its client has disconnected. */
export function countRequests(app: FastifyInstance, inFlight: InFlight): void {
  app.addHook('onRequest', (request, reply, done) => {
    // Fastify's own onResponse is not called for a client that disconnected.
    reply.raw.once('close', inFlight.begin(`${request.method} ${request.routeOptions.url ?? request.url}`));
    done();
  });
}
