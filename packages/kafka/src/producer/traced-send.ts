import {
  context as contextApi,
  isSpanContextValid,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { layeredOn } from '@tracelink/context/internal';
import { guard } from '../core/guard.ts';
import { errorType } from '../core/error-type.ts';
import type { MessageLike, RecordMetadataLike, TopicMessagesLike } from '../client/kafka-client.ts';
import { setMessageAttributes, setOffset } from '../telemetry/message-attributes.ts';
import type { ProducerOptions } from '../telemetry/options.ts';
import { writeHeaders } from './outgoing-headers.ts';
import type { Outcome } from '../core/outcome.ts';
import { Attr, Operation, spanName } from '../telemetry/semconv.ts';
import { onlyTopic, recordSend, type SendOutcome, unacknowledged, UNACKNOWLEDGED } from './send-metrics.ts';
import { planSend, type SendPlan } from './send-plan.ts';
import type { KafkaTracing } from '../telemetry/client-telemetry.ts';
import { runInSpan, timed } from '../telemetry/traced-operation.ts';

/** The arguments of a send and the function that sends. */
export interface Sending {
  readonly entries: readonly TopicMessagesLike[];
  /** The caller's; with `acks` 0 no broker answers. */
  readonly record: { readonly acks?: number };
  readonly send: (entries: readonly TopicMessagesLike[]) => Promise<readonly RecordMetadataLike[]>;
}

/** What of a plan its outcome is told by. */
type Sent = Pick<SendPlan, 'topic' | 'messages'>;

/**
 * Sends inside a `send` span whose context (or whose create spans' contexts) the messages carry. When there is no tracer provider, when a
 * span has no ids (`suppressTracing`) or when our code fails, the caller's own entries are sent.
 */
export function tracedSend(tracing: KafkaTracing<ProducerOptions>, sending: Sending): Promise<readonly RecordMetadataLike[]> {
  const { entries, send } = sending;
  if (!tracing.isTraced) return measuredSend(tracing, sending);
  const identity = tracing.identity.attributes;
  const active = contextApi.active();
  const plan = guard('planning a send', () => planSend(tracing, entries, active), tracing);
  const span = plan && guard('starting a send span', () => startSendSpan(tracing, plan, active), tracing);
  if (plan === undefined || span === undefined) return measuredSend(tracing, sending);
  const sendContext = trace.setSpan(layeredOn(active), span);
  const rewritten = guard('writing headers', () => headersOf(tracing, plan, span, sendContext), tracing) ?? entries;
  const { topic, messages } = plan;
  return runInSpan(
    tracing,
    { span, context: sendContext, topic, messages, hook: tracing.options.onSend },
    () => send(rewritten),
    (outcome, seconds) => {
      // The first send of a client finds out which broker answers.
      const learned = tracing.identity.attributes;
      if (learned !== identity) tracing.describe(span, () => learned);
      recordSent(tracing, sending, plan, span, outcome, seconds);
    },
  );
}

/** A send for which only metrics are recorded. */
export function measuredSend(tracing: KafkaTracing<ProducerOptions>, sending: Sending): Promise<readonly RecordMetadataLike[]> {
  const { entries, send } = sending;
  if (!tracing.isMeasured) return send(entries);
  return timed(
    tracing,
    () => send(entries),
    (outcome, seconds) => {
      const how = outcomeOf(tracing, sending, outcome, seconds);
      guard('recording metrics', () => recordSend(tracing, entries, onlyTopic(entries), how), tracing);
    },
  );
}

function headersOf(
  tracing: KafkaTracing<ProducerOptions>,
  plan: SendPlan,
  span: Span,
  sendContext: Context,
): readonly TopicMessagesLike[] | undefined {
  // A span that records has valid ids.
  return span.isRecording() || isSpanContextValid(span.spanContext()) ? writeHeaders(tracing, plan, sendContext) : undefined;
}

function startSendSpan(tracing: KafkaTracing<ProducerOptions>, { topic, messages, kind, links }: SendPlan, active: Context): Span {
  const shared = tracing.sharedStartAttributes(Operation.send, topic);
  const only = onlyMessage(messages);
  const attributes = withPartition(shared, only?.partition);
  const name = spanName(Operation.send, tracing.destination(topic));
  const span = tracing.tracer.startSpan(name, { kind, attributes, links }, active);
  tracing.describe(span, () => {
    const described: Attributes = {};
    const { clientId } = tracing;
    if (clientId !== undefined) described[Attr.CLIENT_ID] = clientId;
    if (only === undefined) described[Attr.BATCH_MESSAGE_COUNT] = messages.length;
    else setMessageAttributes(described, only, tracing);
    return described;
  });
  return span;
}

/**
 * What a span starts with: the partition that the caller chose is for samplers, too. The message's other attributes are useful only to a
 * span that records, and are the expensive part.
 */
export function withPartition(shared: Readonly<Attributes>, partition: unknown): Readonly<Attributes> {
  return typeof partition === 'number' && partition >= 0 ? { ...shared, [Attr.PARTITION_ID]: String(partition) } : shared;
}

/** The message of a send of one: kafkajs has no other method for it, so its span is the single-message one of the conventions. */
function onlyMessage(messages: readonly MessageLike[]): MessageLike | undefined {
  const message = messages[0];
  return messages.length === 1 && typeof message === 'object' && message !== null ? message : undefined;
}

function outcomeOf(
  tracing: KafkaTracing<ProducerOptions>,
  { entries, record }: Sending,
  outcome: Outcome<Promise<readonly RecordMetadataLike[]>>,
  seconds: number | undefined,
): SendOutcome {
  if (outcome.failed) return { seconds, error: errorType(outcome.error), lost: undefined };
  const read = () => (record.acks === 0 ? undefined : unacknowledged(entries, outcome.value));
  return { seconds, error: undefined, lost: guard('reading the broker’s answer', read, tracing) };
}

/** Puts the outcome of a send on its span, and records it. */
export function recordSent(
  tracing: KafkaTracing<ProducerOptions>,
  sending: Sending,
  plan: Sent,
  span: Span,
  outcome: Outcome<Promise<readonly RecordMetadataLike[]>>,
  seconds: number | undefined,
): void {
  const how = outcomeOf(tracing, sending, outcome, seconds);
  if (!outcome.failed && span.isRecording()) {
    const describe = (): void => {
      setAnswer(tracing, plan, span, outcome.value);
      if (how.lost !== undefined) setUnacknowledged(span, plan, how.lost);
    };
    guard('reading the broker’s answer', describe, tracing);
  }
  guard('recording metrics', () => recordSend(tracing, sending.entries, plan.topic, how), tracing);
}

/** The send resolved, yet these messages are in no partition. */
function setUnacknowledged(span: Span, { messages }: Sent, lost: readonly number[]): void {
  const count = lost.reduce((sum, each) => sum + each, 0);
  span.setAttributes({ [Attr.ERROR_TYPE]: UNACKNOWLEDGED, [Attr.UNACKNOWLEDGED]: count });
  span.setStatus({
    code: SpanStatusCode.ERROR,
    message: `No broker acknowledged ${count} of ${messages.length} messages. Does their partition exist?`,
  });
}

function setAnswer(tracing: KafkaTracing<ProducerOptions>, plan: Sent, span: Span, answer: readonly RecordMetadataLike[]): void {
  // With acks 0 the broker answers nothing.
  const [first] = Array.isArray(answer) ? (answer as readonly RecordMetadataLike[]) : [];
  if (first === undefined || first === null) return;
  const attributes: Attributes = {};
  if (answer.length === 1 && typeof first.partition === 'number') attributes[Attr.PARTITION_ID] = String(first.partition);
  if (onlyMessage(plan.messages) !== undefined) setOffset(attributes, first.baseOffset ?? first.offset, tracing.semconv);
  else {
    const offsets = answer.flatMap(baseOffsetOf);
    if (offsets.length > 0) attributes[Attr.BASE_OFFSETS] = offsets;
  }
  span.setAttributes(attributes);
}

/** Empty for an offset that the client does not know: it then gives none, or a negative one. */
function baseOffsetOf({ topicName, partition, baseOffset, offset }: RecordMetadataLike): readonly string[] {
  const first = baseOffset ?? offset;
  return first !== undefined && /^\d+$/.test(first) ? [`${topicName}/${partition}:${first}`] : [];
}
