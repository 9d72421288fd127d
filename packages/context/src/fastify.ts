import { context as contextApi } from '@opentelemetry/api';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { watchRequests } from './request/ambient-context.ts';
import { checkRequestOptions, openRequest, type RequestContextOptions } from './request/request-context.ts';
import { traceId } from './values/trace-fields.ts';

/** Options of the plugin. */
export interface FastifyRequestContextOptions extends RequestContextOptions<FastifyRequest> {
  /** Adds the trace id under this name to each body that is a plain object and does not have it. @default none */
  readonly bodyField?: string;
}

/**
 * A Fastify plugin that gives each request a context of its own; see `requestContext` of `@tracelink/context`. Register it
 * before plugins whose hooks are to run in it: `app.register(requestContext, { timeout: 5_000 })`.
 *
 * @throws {ContextError} `invalid_option`, from `ready` and `listen`
 */
export const requestContext: FastifyPluginAsync<FastifyRequestContextOptions> = async (app, { bodyField, ...options }) => {
  checkRequestOptions(options);
  watchRequests();
  app.addHook('onRequest', (request, reply, next) => {
    const route = (): string | undefined => request.routeOptions.url;
    contextApi.with(openRequest({ request, incoming: request.raw, response: reply.raw, route }, options), next);
  });
  if (bodyField !== undefined) app.addHook('preSerialization', async (_request, _reply, payload) => withTraceId(payload, bodyField));
};

// As fastify-plugin does: the hooks are for the whole application, not for what is registered inside this plugin.
Object.assign(requestContext, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: '@tracelink/context' });

function withTraceId(payload: unknown, field: string): unknown {
  const id = traceId();
  const isPlain = typeof payload === 'object' && payload !== null && Object.getPrototypeOf(payload) === Object.prototype;
  return id !== undefined && isPlain && !Object.hasOwn(payload, field) ? { ...payload, [field]: id } : payload;
}
