import { context as contextApi, ROOT_CONTEXT, SpanKind, trace, type Span } from '@opentelemetry/api';
import { batchLinks, type BatchLinks } from './batch-links.ts';
import { batchScope, contextId, type BatchScope } from './batch-scope.ts';
import { contained } from './contain.ts';
import { deliveries } from './delivery.ts';
import type { BatchLike, EachBatchPayloadLike, RunConfigLike } from './kafka-client.ts';
import type { ConsumerOptions } from './options.ts';
import { countConsumed, watchProcessing } from './process-message.ts';
import type { Received } from './process-span.ts';
import { Attr, Operation, spanName } from './semconv.ts';
import { flatOffsets, tracedCommit } from './settle.ts';
import type { KafkaTracing } from './tracing.ts';

type EachBatch = NonNullable<RunConfigLike['eachBatch']>;

const DEFAULT_LINK_LIMIT = 1000;

/**
 * An `eachBatch` that runs the caller's in a span linked to every message of the batch.
 *
 * @param autoResolve whether the whole batch is resolved when the handler is done. kafkajs would do that even when the handler
 *   left messages because the consumer stops, and commit them unseen; here it is done unless `forEachMessage` stopped early.
 */
export function tracedEachBatch(tracing: KafkaTracing<ConsumerOptions>, eachBatch: EachBatch, autoResolve: boolean): EachBatch {
  return async (payload) => {
    const { batch } = payload;
    const opened = contained('starting a batch span', () => openBatch(tracing, batch));
    if (opened === undefined) await eachBatch(payload);
    else await runBatch(tracing, opened, tracedPayload(tracing, payload, opened.scope), eachBatch);
    if (autoResolve && opened?.scope.stoppedEarly !== true) payload.resolveOffset(batch.lastOffset());
  };
}

interface OpenBatch {
  readonly span: Span;
  readonly scope: BatchScope;
}

function openBatch(tracing: KafkaTracing<ConsumerOptions>, batch: BatchLike): OpenBatch {
  const { topic, partition, messages } = batch;
  const received = messages.map((message): Received => ({
    topic,
    partition,
    message,
    extraction: tracing.propagation.extract(message.headers, topic),
  }));
  const links = batchLinks(tracing, received, tracing.options.linkLimit ?? DEFAULT_LINK_LIMIT);
  const span = startBatchSpan(tracing, batch, links);
  const scope: BatchScope = {
    spanContext: span.spanContext(),
    hasCreationContext: (candidate) => links.ids.has(contextId(candidate)),
    paused: false,
    stoppedEarly: false,
  };
  for (const { message, extraction } of received) deliveries.set(message, { extraction, tracing, batch: scope });
  countConsumed(tracing, topic, messages.length);
  return { span, scope };
}

function startBatchSpan(
  tracing: KafkaTracing<ConsumerOptions>,
  { topic, partition, messages }: BatchLike,
  { links, dropped }: BatchLinks,
): Span {
  const attributes = tracing.startAttributes(Operation.process, topic);
  attributes[Attr.PARTITION_ID] = String(partition);
  attributes[Attr.BATCH_MESSAGE_COUNT] = messages.length;
  if (dropped > 0) attributes[Attr.LINKS_DROPPED] = dropped;
  // A batch has as many causes as messages: it is a trace of its own that links to each.
  return tracing.tracer.startSpan(
    spanName(Operation.process, tracing.destination(topic)),
    { kind: SpanKind.CONSUMER, attributes, links: [...links] },
    ROOT_CONTEXT,
  );
}

function runBatch(
  tracing: KafkaTracing<ConsumerOptions>,
  { span, scope }: OpenBatch,
  payload: EachBatchPayloadLike,
  eachBatch: EachBatch,
): Promise<void> {
  const { topic, messages } = payload.batch;
  const context = batchScope.set(trace.setSpan(ROOT_CONTEXT, span), scope);
  return contextApi.with(context, () =>
    watchProcessing(
      tracing,
      topic,
      context,
      () => eachBatch(payload),
      (outcome) => {
        const error = outcome.failed ? outcome.error : undefined;
        tracing.end(span, { topic, messages, error, failed: outcome.failed }, tracing.options.onProcess);
      },
    ),
  );
}

/** The payload with a `commit` span around commits by hand. One that is not kafkajs' plain object is passed on as it is. */
function tracedPayload(tracing: KafkaTracing<ConsumerOptions>, payload: EachBatchPayloadLike, scope: BatchScope): EachBatchPayloadLike {
  if (Object.getPrototypeOf(payload) !== Object.prototype) return payload;
  return {
    ...payload,
    pause: () => {
      // kafkajs' own loop leaves the rest of the batch for later once the partition is paused.
      scope.paused = true;
      const resume = payload.pause();
      return () => {
        scope.paused = false;
        resume();
      };
    },
    commitOffsetsIfNecessary: (...args) => {
      const [offsets] = args;
      const commit = () => payload.commitOffsetsIfNecessary(...args);
      return offsets === undefined || offsets === null
        ? commit()
        : tracedCommit(tracing, () => ({ offsets: flatOffsets(offsets) }), commit);
    },
  };
}
