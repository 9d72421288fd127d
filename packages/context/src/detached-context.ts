import { propagation, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import type { ContextValue } from './context-value.ts';
import { copyDetached } from './detached-values.ts';

// The key of OpenTelemetry's `suppressTracing`, which libraries cannot import: it is part of @opentelemetry/core. The API makes
// keys by `Symbol.for`, so the description is the key.
const suppressed = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * What detached work takes along from `from`: baggage, the values made with `detached: true`, those named by `keys`, and
 * the wish not to be traced. Not the span, not the signal, nothing that others put there.
 */
export function detachedContext(from: Context, keys: readonly ContextValue<unknown>[] = []): Context {
  let context = copyDetached(from, ROOT_CONTEXT);
  const baggage = propagation.getBaggage(from);
  if (baggage !== undefined) context = propagation.setBaggage(context, baggage);
  if (from.getValue(suppressed) === true) context = context.setValue(suppressed, true);
  for (const key of keys) {
    const value = key.get(from);
    if (value !== undefined) context = key.set(context, value);
  }
  return context;
}
