import type { SpanContext } from '@opentelemetry/api';

/** Values by span context: two contexts of one span are the same, whatever flags another hop saw. */
export class SpanContextMap<T> {
  // Span ids are random, so nearly always the span id alone decides: joining it with the trace id costs more than the look-up.
  readonly #bySpan = new Map<string, { readonly traceId: string; readonly value: T }>();
  readonly #sameSpanId = new Map<string, T>();

  get size(): number {
    return this.#bySpan.size + this.#sameSpanId.size;
  }

  has({ traceId, spanId }: SpanContext): boolean {
    const first = this.#bySpan.get(spanId);
    return first !== undefined && (first.traceId === traceId || this.#sameSpanId.has(traceId + spanId));
  }

  get({ traceId, spanId }: SpanContext): T | undefined {
    const first = this.#bySpan.get(spanId);
    if (first === undefined || first.traceId === traceId) return first?.value;
    return this.#sameSpanId.get(traceId + spanId);
  }

  set({ traceId, spanId }: SpanContext, value: T): void {
    const first = this.#bySpan.get(spanId);
    if (first === undefined || first.traceId === traceId) this.#bySpan.set(spanId, { traceId, value });
    else this.#sameSpanId.set(traceId + spanId, value);
  }
}
