import { context as contextApi, type Context, type Span } from '@opentelemetry/api';
import { endSpan, type SpanEnd } from './span-lifecycle.ts';

/** A started span and the context in which it is the active one. */
export interface SpanScope {
  readonly span: Span;
  readonly context: Context;
}

/**
 * A generator each of whose steps runs inside a span that `start` starts before the first of them and that ends once: after the
 * last step, a throw, or an early `return`. One that is iterated halfway and then dropped has, as every generator, no end.
 */
export function* tracedGenerator(start: () => SpanScope, fn: (span: Span) => Generator): Generator {
  const scope = start();
  let failure: SpanEnd['failure'];
  try {
    const steps = stepsIn(scope, fn);
    // `yield*` hands every step, return and throw on, and leaves the rest of the language's rules to the language.
    return yield* { [Symbol.iterator]: () => steps };
  } catch (error) {
    failure = { error };
    throw error;
  } finally {
    endSpan(scope.span, { failure });
  }
}

/** As {@link tracedGenerator}, for asynchronous generators. */
export async function* tracedAsyncGenerator(start: () => SpanScope, fn: (span: Span) => AsyncGenerator): AsyncGenerator {
  const scope = start();
  let failure: SpanEnd['failure'];
  try {
    const steps = stepsIn(scope, fn);
    return yield* { [Symbol.asyncIterator]: () => steps };
  } catch (error) {
    failure = { error };
    throw error;
  } finally {
    endSpan(scope.span, { failure });
  }
}

/** The steps of the generator that `fn` makes, each in the span's context. */
function stepsIn<G extends Generator | AsyncGenerator>(
  { span, context }: SpanScope,
  fn: (span: Span) => G,
): Pick<G, 'next' | 'return' | 'throw'> {
  const generator = contextApi.with(context, () => fn(span));
  return {
    next: contextApi.bind(context, generator.next.bind(generator)),
    return: contextApi.bind(context, generator.return.bind(generator)),
    throw: contextApi.bind(context, generator.throw.bind(generator)),
  } as Pick<G, 'next' | 'return' | 'throw'>;
}
