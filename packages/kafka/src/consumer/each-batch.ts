import { ROOT_CONTEXT, SpanKind, trace, type Span } from '@opentelemetry/api';
import { emptyContext } from '@tracelink/context/internal';
import { UntrustedHeaders } from '@tracelink/propagation';
import type { CountedAttempt } from './attempts.ts';
import { channels } from '../channels/channels.ts';
import { publishing } from '../channels/publish.ts';
import { withKnownNames } from '../telemetry/attribute-cache.ts';
import { BatchLinks } from './batch-links.ts';
import { withBatch, type BatchContexts } from '../telemetry/batch-scope.ts';
import type { ConsumerTracing } from './consumer-telemetry.ts';
import { guard } from '../core/guard.ts';
import { eachInOwnAsyncContext } from '../core/outcome.ts';
import { rememberBatch, rememberDelivery, type DeliveredBatch, type DeliverySource } from './delivered-message.ts';
import type { BatchLike, EachBatchPayloadLike, RunConfigLike } from '../client/kafka-client.ts';
import { countConsumed, measureProcessing, recordProcessed } from './process-message.ts';
import { previousAttemptLink } from './process-span.ts';
import { Attr, Operation, spanName } from '../telemetry/semconv.ts';
import { flatOffsets, tracedCommit } from '../telemetry/commit-span.ts';
import { runInSpan } from '../telemetry/traced-operation.ts';

type EachBatch = NonNullable<RunConfigLike['eachBatch']>;

const DEFAULT_LINK_LIMIT = 1000;

/**
 * An `eachBatch` that runs the caller's in a span linked to every message of the batch.
 *
 * @param autoResolve whether the whole batch is resolved when the handler ends. kafkajs would do that even when the handler
 *   left messages because the consumer stops, and commit them unseen; here it happens unless `forEachMessage` stopped early
 *   or a seek made the batch stale.
 */
export function tracedEachBatch(tracing: ConsumerTracing, eachBatch: EachBatch, autoResolve: boolean): EachBatch {
  const run = publishing(channels.process, ({ batch }) => tracing.processMessage(batch, batch.messages), eachBatch);
  const handle = eachInOwnAsyncContext(run);
  return async (payload) => {
    const { batch } = payload;
    const scope = tracing.isTraced ? await tracedBatch(tracing, payload, handle) : await measuredBatch(tracing, payload, handle);
    // As Confluent's client itself: what is resolved without the epoch is committed without it.
    if (autoResolve && !scope.stoppedEarly && !payload.isStale()) payload.resolveOffset(batch.lastOffset(), lastLeaderEpoch(batch));
  };
}

function lastLeaderEpoch({ messages }: BatchLike): number | undefined {
  return messages.at(-1)?.leaderEpoch;
}

/** @returns how far the handler came, also when a fault of ours ran it without a span */
async function tracedBatch(tracing: ConsumerTracing, payload: EachBatchPayloadLike, eachBatch: EachBatch): Promise<DeliveredBatch> {
  const opened = guard('starting a batch span', () => openBatch(tracing, payload.batch), tracing);
  if (opened === undefined) return measuredBatch(tracing, payload, eachBatch);
  await runBatch(tracing, opened, tracedPayload(opened.scope, payload), eachBatch);
  return opened.scope;
}

/** A batch for which only metrics are recorded: headers are not read, the active context stays. */
async function measuredBatch(tracing: ConsumerTracing, payload: EachBatchPayloadLike, eachBatch: EachBatch): Promise<DeliveredBatch> {
  const { topic, partition, messages } = payload.batch;
  const scope = newScope(tracing, topic, partition);
  const source: DeliverySource = { tracing, topic, batch: scope };
  guard('remembering messages', () => messages.forEach((message) => rememberDelivery(message, undefined, source)), tracing);
  countConsumed(tracing, topic, messages.length);
  await measureProcessing(tracing, topic, () => eachBatch(tracedPayload(scope, payload)));
  return scope;
}

const noContexts: BatchContexts = { hasCreationContext: () => false, detached: () => noContexts };

function newScope(
  tracing: ConsumerTracing,
  topic: string,
  partition: number,
  links?: BatchLinks,
  span?: Span,
  untrusted?: UntrustedHeaders,
): DeliveredBatch {
  return {
    tracing,
    spanContext: span?.spanContext(),
    untrusted,
    hasCreationContext: (candidate) => links?.includes(candidate) ?? false,
    detached: () => links?.ids() ?? noContexts,
    isPaused: () => tracing.isPaused(topic, partition),
    stoppedEarly: false,
  };
}

interface OpenBatch {
  readonly span: Span;
  readonly scope: DeliveredBatch;
  /** The attempt number: 1, or more when the batch is delivered again after it failed. */
  readonly attempt: number;
}

function openBatch(tracing: ConsumerTracing, batch: BatchLike): OpenBatch {
  const { topic, partition, messages } = batch;
  const source: DeliverySource = { tracing, batch: undefined };
  const links = new BatchLinks(tracing, tracing.options.linkLimit ?? DEFAULT_LINK_LIMIT, messages.length);
  let untrusted: UntrustedHeaders[] | undefined;
  for (const message of messages) {
    const extraction = tracing.propagation.extract(message.headers, topic);
    rememberDelivery(message, extraction, source);
    links.add(message, extraction);
    if (extraction.trust !== 'trusted' && extraction.untrusted !== undefined) (untrusted ??= []).push(extraction.untrusted);
  }
  const attempt = tracing.batchAttempts.at(topic, partition, messages[0]?.offset);
  const span = startBatchSpan(tracing, batch, links, attempt);
  const scope = newScope(tracing, topic, partition, links, span, untrusted && UntrustedHeaders.ofAll(untrusted));
  source.batch = scope;
  countConsumed(tracing, topic, messages.length);
  return { span, scope, attempt: attempt.number };
}

function startBatchSpan(
  tracing: ConsumerTracing,
  { topic, partition, messages }: BatchLike,
  { links, dropped }: BatchLinks,
  { number: attempt, previous }: CountedAttempt,
): Span {
  const attributes = tracing.startAttributes(Operation.process, topic);
  attributes[Attr.PARTITION_ID] = String(partition);
  attributes[Attr.BATCH_MESSAGE_COUNT] = messages.length;
  if (dropped > 0) attributes[Attr.LINKS_DROPPED] = dropped;
  if (attempt > 1) attributes[Attr.DELIVERY_ATTEMPT] = attempt;
  withKnownNames(attributes);
  const [first] = links;
  if (first !== undefined) withKnownNames(first.attributes);
  // A batch has as many causes as messages: it has its own trace, which links to each.
  return tracing.tracer.startSpan(
    spanName(Operation.process, tracing.destination(topic)),
    { kind: SpanKind.CONSUMER, attributes, links: previous === undefined ? links : [...links, previousAttemptLink(previous)] },
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
  const context = withBatch(trace.setSpan(emptyContext, span), scope);
  return runInSpan(
    tracing,
    { span, context, topic, messages, hook: tracing.options.onProcess },
    () => eachBatch(payload),
    (outcome, seconds) => {
      recordProcessed(tracing, topic, context, seconds, outcome.failed ? outcome : undefined);
      if (outcome.failed) tracing.batchAttempts.failed(topic, partition, messages[0]?.offset, attempt, span.spanContext());
      else tracing.batchAttempts.succeeded(topic, partition);
    },
  );
}

/** The payload with a `commit` span around explicit commits. A payload that is not a plain object is passed on as it is. */
function tracedPayload(batch: DeliveredBatch, payload: EachBatchPayloadLike): EachBatchPayloadLike {
  if (Object.getPrototypeOf(payload) !== Object.prototype) return payload;
  const traced: EachBatchPayloadLike = {
    ...payload,
    commitOffsetsIfNecessary: (...args) => {
      const [offsets] = args;
      const commit = () => payload.commitOffsetsIfNecessary(...args);
      return offsets === undefined || offsets === null
        ? commit()
        : tracedCommit(batch.tracing, () => ({ offsets: flatOffsets(offsets) }), commit);
    },
  };
  rememberBatch(traced, batch);
  return traced;
}
