import type { SpanContext } from '@opentelemetry/api';

/** Values by their span context: two contexts of one span are equal, whatever flags another hop saw. */
export class SpanContextMap<T extends { readonly context: SpanContext }> {
  // Span ids are random, so usually the span id alone decides: joining it with the trace id costs more than the look-up.
  readonly #bySpan = new Map<string, T>();
  readonly #sameSpanId = new Map<string, T>();

  get size(): number {
    return this.#bySpan.size + this.#sameSpanId.size;
  }

  get({ traceId, spanId }: SpanContext): T | undefined {
    const first = this.#bySpan.get(spanId);
    if (first === undefined || first.context.traceId === traceId) return first;
    return this.#sameSpanId.get(traceId + spanId);
  }

  /** Adds a value whose context has none yet, see {@link get}. */
  add(value: T): void {
    const { traceId, spanId } = value.context;
    if (this.#bySpan.has(spanId)) this.#sameSpanId.set(traceId + spanId, value);
    else this.#bySpan.set(spanId, value);
  }
}
