import type { SpanContext } from '@opentelemetry/api';
import type { ContextValue } from '@tracelink/context';
import { sharedContextValue } from '@tracelink/context/internal';

/** The batch whose handler is running: what its span links to, and how far `forEachMessage` went through it. */
export interface BatchScope {
  /** The span of the batch; `undefined` where it has none. */
  readonly spanContext: SpanContext | undefined;
  /** Whether one of the batch's messages was created in `candidate`: headers with that context were copied, not chosen. */
  hasCreationContext(candidate: SpanContext): boolean;
  /** Whether the application has paused the partition, through the payload or the consumer. */
  isPaused(): boolean;
  /** Set by `forEachMessage` when it left messages for a later fetch: then the batch must not be resolved as a whole. */
  stoppedEarly: boolean;
}

/** The batch whose handler runs in a context; absent outside `eachBatch`. */
export const batchScope: ContextValue<BatchScope | undefined> = sharedContextValue<BatchScope>('@tracelink/kafka.batch.1');
