import { AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';

/** Counts the spans of one member. */
export class SpanCount {
  readonly provider: TracerProvider;
  readonly #open = new Set<string>();

  constructor() {
    const counter = {
      onStart: (span: { spanContext(): { spanId: string } }) => void this.#open.add(span.spanContext().spanId),
      onEnd: (span: { spanContext(): { spanId: string } }) => void this.#open.delete(span.spanContext().spanId),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    this.provider = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [counter] });
  }

  /** The number of started and not ended spans. */
  get open(): number {
    return this.#open.size;
  }
}
