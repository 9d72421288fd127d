import { context as contextApi, ROOT_CONTEXT, SpanKind, trace, type Span } from '@opentelemetry/api';
import { BatchLinks } from './batch-links.ts';
import { batchScope, type BatchScope } from './batch-scope.ts';
import type { ConsumerTracing } from './consumer-tracing.ts';
import { contained } from './contain.ts';
import { rememberDelivery, type DeliverySource } from './delivery.ts';
import type { BatchLike, EachBatchPayloadLike, RunConfigLike } from './kafka-client.ts';
import { watch } from './outcome.ts';
import { countConsumed, recordProcessed } from './process-message.ts';
import { Attr, Operation, spanName } from './semconv.ts';
import { flatOffsets, tracedCommit } from './settle.ts';

type EachBatch = NonNullable<RunConfigLike['eachBatch']>;

const DEFAULT_LINK_LIMIT = 1000;

/**
 * An `eachBatch` that runs the caller's in a span linked to every message of the batch.
 *
 * @param autoResolve whether the whole batch is resolved when the handler is done. kafkajs would do that even when the handler
 *   left messages because the consumer stops, and commit them unseen; here it is done unless `forEachMessage` stopped early
 *   or a seek made the batch stale.
 */
export function tracedEachBatch(tracing: ConsumerTracing, eachBatch: EachBatch, autoResolve: boolean): EachBatch {
  return async (payload) => {
    const { batch } = payload;
    const opened = contained('starting a batch span', () => openBatch(tracing, batch), tracing);
    if (opened === undefined) await eachBatch(payload);
    else await runBatch(tracing, opened, tracedPayload(tracing, payload), eachBatch);
    if (autoResolve && opened?.scope.stoppedEarly !== true && !payload.isStale()) payload.resolveOffset(batch.lastOffset());
  };
}

interface OpenBatch {
  readonly span: Span;
  readonly scope: BatchScope;
  /** 1, or more when the batch begins again where handling it failed. */
  readonly attempt: number;
}

function openBatch(tracing: ConsumerTracing, batch: BatchLike): OpenBatch {
  const { topic, partition, messages } = batch;
  const source: DeliverySource = { tracing, batch: undefined };
  const links = new BatchLinks(tracing, tracing.options.linkLimit ?? DEFAULT_LINK_LIMIT);
  for (const message of messages) {
    const extraction = tracing.propagation.extract(message.headers, topic);
    rememberDelivery(message, extraction, source);
    links.add(message, extraction);
  }
  const attempt = tracing.batchAttempts.at(topic, partition, messages[0]?.offset);
  const span = startBatchSpan(tracing, batch, links, attempt);
  const scope: BatchScope = {
    spanContext: span.spanContext(),
    hasCreationContext: (candidate) => links.includes(candidate),
    isPaused: () => tracing.isPaused(topic, partition),
    stoppedEarly: false,
  };
  source.batch = scope;
  countConsumed(tracing, topic, messages.length);
  return { span, scope, attempt };
}

function startBatchSpan(
  tracing: ConsumerTracing,
  { topic, partition, messages }: BatchLike,
  { links, dropped }: BatchLinks,
  attempt: number,
): Span {
  const attributes = tracing.startAttributes(Operation.process, topic);
  attributes[Attr.PARTITION_ID] = String(partition);
  attributes[Attr.BATCH_MESSAGE_COUNT] = messages.length;
  if (dropped > 0) attributes[Attr.LINKS_DROPPED] = dropped;
  if (attempt > 1) attributes[Attr.DELIVERY_ATTEMPT] = attempt;
  // A batch has as many causes as messages: it is a trace of its own that links to each.
  return tracing.tracer.startSpan(
    spanName(Operation.process, tracing.destination(topic)),
    { kind: SpanKind.CONSUMER, attributes, links },
    ROOT_CONTEXT,
  );
}

function runBatch(
  tracing: ConsumerTracing,
  { span, scope, attempt }: OpenBatch,
  payload: EachBatchPayloadLike,
  eachBatch: EachBatch,
): Promise<void> {
  const { topic, partition, messages } = payload.batch;
  const context = batchScope.set(trace.setSpan(ROOT_CONTEXT, span), scope);
  const startedAt = performance.now();
  return contextApi.with(context, () =>
    watch(
      () => eachBatch(payload),
      (outcome) => {
        const failure = outcome.failed ? outcome : undefined;
        recordProcessed(tracing, topic, context, startedAt, failure);
        if (outcome.failed) tracing.batchAttempts.failed(topic, partition, messages[0]?.offset, attempt);
        else tracing.batchAttempts.succeeded(topic, partition);
        tracing.end(span, topic, messages, failure, tracing.options.onProcess);
      },
    ),
  );
}

/** The payload with a `commit` span around commits by hand. One that is not a plain object is passed on as it is. */
function tracedPayload(tracing: ConsumerTracing, payload: EachBatchPayloadLike): EachBatchPayloadLike {
  if (Object.getPrototypeOf(payload) !== Object.prototype) return payload;
  return {
    ...payload,
    commitOffsetsIfNecessary: (...args) => {
      const [offsets] = args;
      const commit = () => payload.commitOffsetsIfNecessary(...args);
      return offsets === undefined || offsets === null
        ? commit()
        : tracedCommit(tracing, () => ({ offsets: flatOffsets(offsets) }), commit);
    },
  };
}
