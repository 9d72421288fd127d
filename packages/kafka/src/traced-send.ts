import { context as contextApi, trace, type Attributes, type Span } from '@opentelemetry/api';
import { contained } from './contain.ts';
import { errorType } from './error-type.ts';
import type { MessageLike, RecordMetadataLike, TopicMessagesLike } from './kafka-client.ts';
import { setMessageAttributes, setOffset } from './message-attributes.ts';
import type { ProducerOptions } from './options.ts';
import { writeHeaders } from './outgoing-headers.ts';
import { watch, type Outcome } from './outcome.ts';
import { Attr, Operation, spanName } from './semconv.ts';
import { planSend, type SendPlan } from './send-plan.ts';
import type { KafkaTracing } from './tracing.ts';

type Send = (entries: readonly TopicMessagesLike[]) => Promise<readonly RecordMetadataLike[]>;

/**
 * Sends `entries` inside a `send` span whose context (or whose create spans' contexts) the messages carry. A fault of
 * ours sends them as they came.
 */
export function tracedSend(
  tracing: KafkaTracing<ProducerOptions>,
  entries: readonly TopicMessagesLike[],
  send: Send,
): Promise<readonly RecordMetadataLike[]> {
  const plan = contained('planning a send', () => planSend(tracing, entries), tracing);
  const span = plan && contained('starting a send span', () => startSendSpan(tracing, plan), tracing);
  if (plan === undefined || span === undefined) return send(entries);
  const sendContext = trace.setSpan(contextApi.active(), span);
  const rewritten = contained('writing headers', () => writeHeaders(tracing, plan, sendContext), tracing) ?? entries;
  const started = performance.now();
  return contextApi.with(sendContext, () =>
    watch(
      () => send(rewritten),
      (outcome) => ended(tracing, plan, span, started, outcome),
    ),
  );
}

function startSendSpan(tracing: KafkaTracing<ProducerOptions>, plan: SendPlan): Span {
  const attributes = tracing.startAttributes(Operation.send, plan.topic);
  const only = onlyMessage(plan);
  if (only === undefined) attributes[Attr.BATCH_MESSAGE_COUNT] = plan.messages.length;
  else {
    setMessageAttributes(attributes, only, tracing);
    if (typeof only.partition === 'number' && only.partition >= 0) attributes[Attr.PARTITION_ID] = String(only.partition);
  }
  const name = spanName(Operation.send, tracing.destination(plan.topic));
  return tracing.tracer.startSpan(name, { kind: plan.kind, attributes, links: plan.links }, contextApi.active());
}

/** The message of a send of one: kafkajs has no other call for it, so its span is the single-message one of the conventions. */
function onlyMessage({ messages }: SendPlan): MessageLike | undefined {
  const [message] = messages;
  return messages.length === 1 && typeof message === 'object' && message !== null ? message : undefined;
}

function ended(
  tracing: KafkaTracing<ProducerOptions>,
  plan: SendPlan,
  span: Span,
  started: number,
  outcome: Outcome<Promise<readonly RecordMetadataLike[]>>,
): void {
  const seconds = (performance.now() - started) / 1000;
  const error = outcome.failed ? outcome.error : undefined;
  if (!outcome.failed && span.isRecording()) {
    contained('reading the broker’s answer', () => setAnswer(tracing, plan, span, outcome.value), tracing);
  }
  // The span's context is the active one here, so exemplars find it.
  contained('recording metrics', () => record(tracing, plan, seconds, outcome.failed ? errorType(error) : undefined), tracing);
  tracing.end(span, plan.topic, plan.messages, outcome.failed ? outcome : undefined, tracing.options.onSend);
}

function setAnswer(tracing: KafkaTracing<ProducerOptions>, plan: SendPlan, span: Span, answer: readonly RecordMetadataLike[]): void {
  // With acks 0 the broker answers nothing.
  const [first] = Array.isArray(answer) ? (answer as readonly RecordMetadataLike[]) : [];
  if (first === undefined || first === null) return;
  const attributes: Attributes = {};
  if (answer.length === 1 && typeof first.partition === 'number') attributes[Attr.PARTITION_ID] = String(first.partition);
  if (onlyMessage(plan) !== undefined) setOffset(attributes, first.baseOffset ?? first.offset, tracing.semconv);
  else
    attributes[Attr.BASE_OFFSETS] = answer.map(
      ({ topicName, partition, baseOffset, offset }) => `${topicName}/${partition}:${baseOffset ?? offset}`,
    );
  span.setAttributes(attributes);
}

function record(tracing: KafkaTracing<ProducerOptions>, plan: SendPlan, seconds: number, error: string | undefined): void {
  const { operationDuration, sentMessages } = tracing.instruments;
  operationDuration.record(seconds, tracing.metricAttributes(Operation.send, plan.topic, error));
  for (const { entry } of plan.topics) {
    const { length } = entry.messages;
    if (length > 0) sentMessages.add(length, tracing.metricAttributes(Operation.send, entry.topic, error));
  }
}
