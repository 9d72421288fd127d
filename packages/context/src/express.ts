import { context as contextApi } from '@opentelemetry/api';
import type { Request, RequestHandler } from 'express';
import { watchRequests } from './request/ambient-context.ts';
import { checkRequestOptions, openRequest, type RequestContextOptions } from './request/request-context.ts';

/**
 * A middleware for Express that gives each request a context of its own; see `requestContext` of `@tracelink/context`. Use it
 * before the others: `app.use(requestContext({ timeout: 5_000 }))`.
 *
 * @throws {ContextError} `invalid_option`, at once
 */
export function requestContext(options: RequestContextOptions<Request> = {}): RequestHandler {
  checkRequestOptions(options);
  watchRequests();
  return (request, response, next) => {
    const route = (): string | undefined => routeOf(request);
    contextApi.with(openRequest({ request, incoming: request, response, route }, options), () => next());
  };
}

/** The path of the route, under that of its routers; `undefined` where none was found. */
function routeOf({ route, baseUrl }: Request): string | undefined {
  const path: unknown = (route as { path?: unknown } | undefined)?.path;
  return typeof path === 'string' ? baseUrl + path : undefined;
}
