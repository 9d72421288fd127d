import { trace } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';

/**
 * Names the span of each request by its route, `POST /orders`: HTTP instrumentation is below the framework and knows the
 * method only. A path without a route keeps that name. Source: semantic conventions for HTTP spans, "Name".
 */
export function nameSpanByRoute(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url;
    if (route !== undefined) trace.getActiveSpan()?.updateName(`${request.method} ${route}`).setAttribute('http.route', route);
    done();
  });
}
