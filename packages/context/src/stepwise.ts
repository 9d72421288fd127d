import { context as contextApi, type Context, type Span } from '@opentelemetry/api';
import { endSpan, recordError } from './record-error.ts';

/** A started span and the context in which it is the active one. */
export interface SpanScope {
  readonly span: Span;
  readonly context: Context;
}

/**
 * A generator each of whose steps runs inside a span that `start` starts before the first of them and that ends once: after the
 * last step, a throw, or an early `return`. One that is iterated halfway and then dropped has, as every generator, no end.
 */
export function* stepwise(start: () => SpanScope, fn: (span: Span) => Generator): Generator {
  const { span, context } = start();
  try {
    const steps = stepsIn(
      context,
      contextApi.with(context, () => fn(span)),
    );
    // `yield*` hands every step, return and throw on, and leaves the rest of the language's rules to the language.
    return yield* { [Symbol.iterator]: () => steps };
  } catch (error) {
    recordError(span, error);
    throw error;
  } finally {
    endSpan(span);
  }
}

/** As {@link stepwise}, for asynchronous generators. */
export async function* stepwiseAsync(start: () => SpanScope, fn: (span: Span) => AsyncGenerator): AsyncGenerator {
  const { span, context } = start();
  try {
    const steps = stepsIn(
      context,
      contextApi.with(context, () => fn(span)),
    );
    return yield* { [Symbol.asyncIterator]: () => steps };
  } catch (error) {
    recordError(span, error);
    throw error;
  } finally {
    endSpan(span);
  }
}

function stepsIn<G extends Generator | AsyncGenerator>(context: Context, generator: G): Pick<G, 'next' | 'return' | 'throw'> {
  return {
    next: contextApi.bind(context, generator.next.bind(generator)),
    return: contextApi.bind(context, generator.return.bind(generator)),
    throw: contextApi.bind(context, generator.throw.bind(generator)),
  } as Pick<G, 'next' | 'return' | 'throw'>;
}
