import type { IncomingMessage, ServerResponse } from 'node:http';
import { context as contextApi } from '@opentelemetry/api';
import { ContextError } from './context-error.ts';
import { checkRequestOptions, openRequest, type RequestContextOptions } from './open-request.ts';

/** What `createServer` of `node:http` takes. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * A listener for `node:http` whose requests each have a context of their own: values, a signal that is aborted when the client is
 * gone (`currentSignal()`), and ids for logs and the response (`traceId()`), through every `await` and every listener of the
 * request and the response.
 *
 * It makes a `SERVER` span only where no HTTP instrumentation made one.
 *
 * @throws {ContextError} `invalid_option`, at once
 */
export function requestContext(listener: RequestListener, options: RequestContextOptions = {}): RequestListener {
  if (typeof listener !== 'function') throw new ContextError('invalid_option', 'requestContext takes a listener: what createServer takes.');
  checkRequestOptions(options);
  const route = (): undefined => undefined;
  return (request, response) =>
    contextApi.with(openRequest({ request, incoming: request, response, route }, options), listener, undefined, request, response);
}
