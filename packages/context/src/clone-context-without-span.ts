import { context as contextApi, isSpanContextValid, trace, type Context } from '@opentelemetry/api';
import type { ContextValue } from './context-value.ts';
import { detachedContext } from './detached-context.ts';
import { randomSpanContext } from './random-span-context.ts';

/** Options of {@link cloneContextWithoutSpan}. */
export interface CloneContextWithoutSpanOptions {
  /** Values to take along beside those made with `detached: true`. @default none */
  readonly keys?: readonly ContextValue<unknown>[];
}

/**
 * As `cloneContext`, with no span: for a loop over many items, each of which may run in the same result. The caller's span
 * context goes on; its span cannot be written to.
 *
 * Where there is no trace, a random one is made up, not sampled, so that the logs and headers of all the work in this context share
 * one id. A receiver that follows the sender's sampling decision then records no trace either.
 */
export function cloneContextWithoutSpan({ keys }: CloneContextWithoutSpanOptions = {}): Context {
  const from = contextApi.active();
  const caller = trace.getSpanContext(from);
  const spanContext = caller !== undefined && isSpanContextValid(caller) ? caller : randomSpanContext();
  return trace.setSpanContext(detachedContext(from, keys), spanContext);
}
