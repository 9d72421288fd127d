import type { SpanContext } from '@opentelemetry/api';

/** Two creation contexts, as remote parents and as the header that carries them. */
export const a: Created = created('a');
export const b: Created = created('b');

export interface Created extends SpanContext {
  readonly traceparent: string;
}

/** The context whose trace id is `digit` 32 times and whose span id 16 times. */
export function created(digit: string): Created {
  const [traceId, spanId] = [digit.repeat(32), digit.repeat(16)];
  return { traceId, spanId, traceFlags: 1, isRemote: true, traceparent: `00-${traceId}-${spanId}-01` };
}

/** The ids of a context, for comparing a link or a parent. */
export function ids(context: SpanContext | undefined): { readonly traceId: string; readonly spanId: string } | undefined {
  return context && { traceId: context.traceId, spanId: context.spanId };
}
