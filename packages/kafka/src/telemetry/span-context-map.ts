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

  /** Adds a value whose context has none yet. @returns the one that is there, if its context has one */
  add(value: T): T | undefined {
    const { traceId, spanId } = value.context;
    const first = this.#bySpan.get(spanId);
    if (first === undefined) {
      this.#bySpan.set(spanId, value);
      return undefined;
    }
    if (first.context.traceId === traceId) return first;
    const both = traceId + spanId;
    const same = this.#sameSpanId.get(both);
    if (same === undefined) this.#sameSpanId.set(both, value);
    return same;
  }
}
