import type { InFlight } from '@tracelink-demo/kit';
import type { FastifyInstance } from 'fastify';

/** Counts each request as in flight until its answer is out or its client is gone. */
export function countRequests(app: FastifyInstance, inFlight: InFlight): void {
  app.addHook('onRequest', (request, reply, done) => {
    // Fastify's own onResponse does not come for a client that went away.
    reply.raw.once('close', inFlight.begin(`${request.method} ${request.routeOptions.url ?? request.url}`));
    done();
  });
}
