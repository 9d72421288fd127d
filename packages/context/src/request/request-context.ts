import type { IncomingMessage, ServerResponse } from 'node:http';
import { context as contextApi, trace, type Context, type SpanContext } from '@opentelemetry/api';
import { checkOptions, refuse } from '../errors/check-options.ts';
import { isFunction, milliseconds, type Rule, type Rules } from '../errors/option-rules.ts';
import { ContextError } from '../errors/context-error.ts';
import { setSignal } from '../values/signal.ts';
import { traceparentOf } from '../values/trace-fields.ts';
import { watchRequests } from './ambient-context.ts';
import { bindListeners } from './bind-listeners.ts';
import { http2StreamOf, onceClosed, serverContext } from './server-span.ts';

/** Options of `requestContext`, whichever the framework. `R` is what the framework calls a request. */
export interface RequestContextOptions<R = IncomingMessage> {
  /**
   * Sets the request's values: `(context, request) => tenant.set(context, request.headers['x-tenant'])`. At once: a function that
   * returns a promise throws {@link ContextError} `invalid_option`. What it throws is the framework's to answer, as if the handler had
   * thrown it. @default none
   */
  readonly values?: (context: Context, request: R) => Context;
  /** Milliseconds after which the request's signal is aborted. @default none */
  readonly timeout?: number;
  /** Whether the response has the header `traceresponse`, by W3C Trace Context, level 2. @default false */
  readonly traceresponse?: boolean;
  /** Whether the response has a `Server-Timing: traceparent;desc="…"`, which browsers show to scripts. @default false */
  readonly serverTiming?: boolean;
}

/** What `createServer` of `node:http` takes. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * A listener for `node:http` whose requests each have a context of their own: values, a signal that is aborted when the client is
 * gone (`currentSignal()`), and ids for logs and the response (`traceId()`), through every `await` and every listener of the
 * request and the response.
 *
 * It makes a `SERVER` span only where no HTTP instrumentation made one; the span in which the server was started is not the request's.
 *
 * @throws {ContextError} `invalid_option`, at once
 */
export function requestContext(listener: RequestListener, options: RequestContextOptions = {}): RequestListener {
  if (!isFunction(listener)) refuse('requestContext takes a listener: what createServer takes.');
  checkRequestOptions(options);
  watchRequests();
  const route = (): undefined => undefined;
  return (request, response) =>
    contextApi.with(openRequest({ request, incoming: request, response, route }, options), listener, undefined, request, response);
}

/** What a framework knows of a request. */
export interface OpenedRequest<R> {
  readonly request: R;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: () => string | undefined;
}

const flag: Rule = { must: 'true or false', accepts: (value) => typeof value === 'boolean' };
const rules: Rules<RequestContextOptions> = {
  values: { must: 'a function of a context and a request', accepts: isFunction },
  timeout: milliseconds(1),
  traceresponse: flag,
  serverTiming: flag,
};

/**
 * Checks options, before the first request.
 *
 * @throws {ContextError} `invalid_option`, with a text that says what to write instead
 */
export function checkRequestOptions<R>(options: RequestContextOptions<R>): void {
  checkOptions('requestContext', options, rules as Rules<RequestContextOptions<R>>);
}

/**
 * Opens a request: its span where there is none yet, its signal, its values, and the headers of its response.
 *
 * @returns the context in which to handle it
 * @throws what `values` throws; {@link ContextError} `invalid_option` where it returns no context
 */
export function openRequest<R>({ request, incoming, response, route }: OpenedRequest<R>, options: RequestContextOptions<R>): Context {
  const traced = serverContext(incoming, response, route);
  writeHeaders(response, trace.getSpanContext(traced), options);
  const signalled = setSignal(traced, requestSignal(response, options.timeout));
  const { values } = options;
  const context = values === undefined ? signalled : checkContext(contextApi.with(signalled, values, undefined, signalled, request));
  for (const emitter of [incoming, response]) bindListeners(emitter, context);
  return context;
}

function checkContext(returned: Context): Context {
  if (typeof (returned as Partial<Context> | null | undefined)?.getValue === 'function') return returned;
  // A promise that rejects would end the process.
  Promise.resolve(returned).catch(() => {});
  refuse('"values" must return a context at once, as contextValue(...).set(context, value) does.');
}

function writeHeaders(response: ServerResponse, spanContext: SpanContext | undefined, options: RequestContextOptions<never>): void {
  const traceparent = traceparentOf(spanContext);
  if (traceparent === undefined || response.headersSent) return;
  if (options.traceresponse === true) response.setHeader('traceresponse', traceparent);
  if (options.serverTiming === true) response.appendHeader('server-timing', `traceparent;desc="${traceparent}"`);
}

/**
 * The signal of a request: aborted when its client is gone before the response was complete, or after `timeout`
 * milliseconds. A response that was sent whole aborts nothing.
 *
 * The reason is a {@link ContextError}, `client_gone` or `request_timeout`.
 */
function requestSignal(response: ServerResponse, timeout: number | undefined): AbortSignal {
  const controller = new AbortController();
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => controller.abort(new ContextError('request_timeout', `The request took longer than ${timeout} ms.`)), timeout);
  onceClosed(response, () => {
    clearTimeout(timer);
    // One of HTTP/2 that its client has left counts as finished: only its stream says that it is not.
    if (!response.writableFinished || http2StreamOf(response)?.aborted === true)
      controller.abort(new ContextError('client_gone', 'The connection closed before the response was complete.'));
  });
  return controller.signal;
}
