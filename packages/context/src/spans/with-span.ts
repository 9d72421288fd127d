import { context as contextApi, trace, type Span, type SpanOptions, type Tracer } from '@opentelemetry/api';
import { endSpan, startSpan } from './span-lifecycle.ts';
import { tracedAsyncGenerator, tracedGenerator, type SpanScope } from './traced-generator.ts';

/** Options of {@link withSpan}: those of the API's `startSpan`, and who it is by. */
export interface WithSpanOptions extends SpanOptions {
  /** Makes the span: the application's own instrumentation scope. @default a tracer named `@tracelink/context` */
  readonly tracer?: Tracer;
}

/**
 * Runs `fn` inside a span, child of the active one, that ends when `fn` does: at its return, when its promise settles, or,
 * for a generator function, when the generator is through, throws, or is left early. What `fn` throws or rejects with is
 * recorded once and comes out as the same object.
 *
 * A generator function (`function*`, `async function*`; not an arrow function that returns a generator) gives a generator: its span
 * starts with the first step, so that one that is never iterated makes none, and each of its steps runs inside the span.
 *
 * @param fn receives the span, which is also the active one
 * @returns what `fn` returns; a promise for a thenable
 */
export function withSpan<T>(name: string, fn: (span: Span) => PromiseLike<T>, options?: WithSpanOptions): Promise<T>;
export function withSpan<R>(name: string, fn: (span: Span) => R, options?: WithSpanOptions): R;
export function withSpan(name: string, fn: (span: Span) => unknown, options: WithSpanOptions = {}): unknown {
  const parent = contextApi.active();
  const start = (): SpanScope => {
    const span = startSpan(name, { ...options, parent });
    return { span, context: trace.setSpan(parent, span) };
  };
  const kind = Object.prototype.toString.call(fn);
  if (kind === '[object GeneratorFunction]') return tracedGenerator(start, fn as (span: Span) => Generator);
  if (kind === '[object AsyncGeneratorFunction]') return tracedAsyncGenerator(start, fn as (span: Span) => AsyncGenerator);
  return atOnce(start(), fn);
}

function atOnce({ span, context }: SpanScope, fn: (span: Span) => unknown): unknown {
  const fail = (error: unknown): never => {
    endSpan(span, { failure: { error } });
    throw error;
  };
  const succeed = <T>(value: T): T => {
    endSpan(span);
    return value;
  };
  // A promise is waited for inside the context: the `then` of a query builder is what runs the query.
  return contextApi.with(context, () => {
    let result: unknown;
    let later: boolean;
    try {
      result = fn(span);
      later = isThenable(result);
    } catch (error) {
      return fail(error);
    }
    return later ? Promise.resolve(result).then(succeed, fail) : succeed(result);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
