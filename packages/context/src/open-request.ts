import type { IncomingMessage, ServerResponse } from 'node:http';
import { context as contextApi, isSpanContextValid, trace, type Context, type SpanContext } from '@opentelemetry/api';
import { bindListeners } from './bind-listeners.ts';
import { ContextError } from './context-error.ts';
import { requestSignal } from './request-signal.ts';
import { serverContext } from './server-span.ts';
import { setSignal } from './signal.ts';

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

/** What a framework knows of a request. */
export interface OpenedRequest<R> {
  readonly request: R;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: () => string | undefined;
}

const longest = 2 ** 31 - 1;
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const rules: Readonly<Record<keyof RequestContextOptions, readonly [must: string, accepts: (value: unknown) => boolean]>> = {
  values: ['a function of a context and a request', (value) => typeof value === 'function'],
  timeout: [`a number of milliseconds from 1 to ${longest}`, (value) => typeof value === 'number' && value >= 1 && value <= longest],
  traceresponse: ['true or false', isFlag],
  serverTiming: ['true or false', isFlag],
};

/** @throws {ContextError} `invalid_option`, with a text that says what to write instead */
export function checkRequestOptions<R>(options: RequestContextOptions<R>): void {
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof RequestContextOptions] : undefined;
    if (rule === undefined)
      throw new ContextError('invalid_option', `requestContext has no option "${name}": use ${Object.keys(rules).join(', ')}.`);
    if (value !== undefined && !rule[1](value)) throw new ContextError('invalid_option', `"${name}" must be ${rule[0]}.`);
  }
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
  throw new ContextError('invalid_option', '"values" must return a context at once, as contextValue(...).set(context, value) does.');
}

function writeHeaders(response: ServerResponse, spanContext: SpanContext | undefined, options: RequestContextOptions<never>): void {
  if (spanContext === undefined || !isSpanContextValid(spanContext) || response.headersSent) return;
  const { traceId, spanId, traceFlags } = spanContext;
  const traceparent = `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
  if (options.traceresponse === true) response.setHeader('traceresponse', traceparent);
  if (options.serverTiming === true) response.appendHeader('server-timing', `traceparent;desc="${traceparent}"`);
}
