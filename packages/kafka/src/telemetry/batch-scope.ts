import type { Context, SpanContext } from '@opentelemetry/api';
import type { ContextValue } from '@tracelink/context';
import { sharedContextValue } from '@tracelink/context/internal';
import { untrustedHeaders, type UntrustedHeaders } from '@tracelink/propagation';

/** In which contexts the messages of a batch were created. */
export interface BatchContexts {
  /** Whether one of the batch's messages was created in `candidate`: headers with that context were copied, not chosen. */
  hasCreationContext(candidate: SpanContext): boolean;
  /** The same for work that outlives the batch: it holds the ids, and nothing else of the batch. */
  detached(): BatchContexts;
}

/** The batch whose handler is running: what its span links to, and how far `forEachMessage` went through it. */
export interface BatchScope extends BatchContexts {
  /** The span of the batch; `undefined` where it has none. */
  readonly spanContext: SpanContext | undefined;
  /** What is recognized of messages of a topic that is not trusted. */
  readonly untrusted: UntrustedHeaders | undefined;
  /** Whether the application has paused the partition, through the payload or the consumer. */
  isPaused(): boolean;
  /** Set by `forEachMessage` when it left messages for a later fetch: then the batch must not be resolved as a whole. */
  stoppedEarly: boolean;
}

/** The batch whose handler runs in a context, or began the detached work that does; absent outside `eachBatch`. */
export const batchContexts: ContextValue<BatchContexts | undefined> = sharedContextValue<BatchContexts>('@tracelink/kafka.batch.2', {
  detached: (batch) => batch.detached(),
});

/** The batch whose handler runs in a context; `undefined` in detached work, which has let go of it. */
export function runningBatch(context: Context): BatchScope | undefined {
  const batch = batchContexts.get(context);
  return batch !== undefined && 'isPaused' in batch ? (batch as BatchScope) : undefined;
}

/** The context of the handler of a batch, in which what it forwards of any of the messages is recognized. */
export function withBatch(context: Context, batch: BatchScope): Context {
  const known = batchContexts.set(context, batch);
  return batch.untrusted === undefined ? known : untrustedHeaders.set(known, batch.untrusted);
}

/** The same of one message of the batch whose handler runs in `batch`: a handler may send messages together that came one after the other. */
export function withBatchOf(batch: Context, context: Context): Context {
  const scope = runningBatch(batch);
  return scope === undefined ? context : withBatch(context, scope);
}
