import type { Context, SpanContext } from '@opentelemetry/api';
import type { Extraction } from './extraction.ts';

/** The headers of one trace context, ready to be written into any number of messages. */
export interface Injection {
  /**
   * A new headers object of the same shape as `headers` (record, `Map`, array of pairs or of single-key objects; a record
   * when absent), with every variant of every known trace header replaced by this context's. `headers` is never changed.
   */
  into<H>(headers: H): H;
}

/** Between Kafka headers and trace context; made by `kafkaPropagation`, shared by any number of producers and consumers. */
export interface KafkaPropagation {
  /** Total: any `headers` give an answer, none throws. `topic` selects the trust; `timestamp` is not needed. */
  extract(headers: unknown, topic: string): Extraction;
  /** The creation context that `headers` already carry, whatever the trust; `undefined` fast when there is none. */
  creationContext(headers: unknown): SpanContext | undefined;
  /** What `context` puts into messages for `topic`; `relation` is the sender's wish, written as `tracelink-relation`. */
  injection(context: Context, topic: string, relation?: 'parent' | 'link'): Injection;
}
