import type { InFlight } from '@tracelink-demo/kit';
import type { FastifyInstance } from 'fastify';

/** Counts each request as in flight until its answer is sent or its client has disconnected. */
export function countRequests(app: FastifyInstance, inFlight: InFlight): void {
  app.addHook('onRequest', (request, reply, done) => {
    // Fastify's own onResponse is not called for a client that disconnected.
    reply.raw.once('close', inFlight.begin(`${request.method} ${request.routeOptions.url ?? request.url}`));
    done();
  });
}
