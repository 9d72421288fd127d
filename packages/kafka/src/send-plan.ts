import { context as contextApi, SpanKind, trace, type Context, type Link } from '@opentelemetry/api';
import { existingContext, type ExistingContext } from './existing-context.ts';
import type { MessageLike, TopicMessagesLike } from './kafka-client.ts';
import { setMessageAttributes } from './message-attributes.ts';
import type { ProducerOptions } from './options.ts';
import { sendLinks } from './send-links.ts';
import { Attr, Operation, spanName } from './semconv.ts';
import type { KafkaTracing } from './tracing.ts';

/** One message of a send, and where its creation context comes from. */
export interface PlannedMessage {
  readonly message: MessageLike;
  /** The context that its headers carry already. */
  readonly existing: ExistingContext | undefined;
  /** The context of its `create` span, when it has one; else the send span's is written. */
  readonly created: Context | undefined;
}

export interface PlannedTopic {
  readonly entry: TopicMessagesLike;
  readonly messages: readonly PlannedMessage[];
}

/** What a send is going to do, decided before its span starts: links are given at the start, so that samplers see them. */
export interface SendPlan {
  readonly topics: readonly PlannedTopic[];
  /** The one topic of the send; `undefined` when there are several. */
  readonly topic: string | undefined;
  /** The caller's messages of all topics. */
  readonly messages: readonly MessageLike[];
  readonly kind: SpanKind;
  readonly links: readonly Link[];
}

/** Reads the messages, starts and ends their `create` spans where the options ask for them, collects the links. */
export function planSend(tracing: KafkaTracing<ProducerOptions>, entries: readonly TopicMessagesLike[]): SendPlan {
  const active = contextApi.active();
  const first = entries[0]?.topic;
  const topic = entries.every((entry) => entry.topic === first) ? first : undefined;
  const topics = entries.map((entry) => ({
    entry,
    messages: entry.messages.map((message) => planMessage(tracing, entry.topic, message, active)),
  }));
  const planned = topics.flatMap(({ messages }) => messages);
  const carriesSendSpan = planned.some(({ existing, created }) => created === undefined && existing?.kept !== true);
  return {
    topics,
    topic,
    messages: planned.map(({ message }) => message),
    // PRODUCER only when a message's creation context is the send span itself (semantic conventions, span kind).
    kind: carriesSendSpan ? SpanKind.PRODUCER : SpanKind.CLIENT,
    links: sendLinks(tracing, topics, topic === undefined),
  };
}

function planMessage(tracing: KafkaTracing<ProducerOptions>, topic: string, message: MessageLike, active: Context): PlannedMessage {
  if (typeof message !== 'object' || message === null) return { message, existing: undefined, created: undefined };
  const existing = existingContext(tracing, message, active);
  const creates = tracing.options.createSpans === true && existing?.kept !== true;
  return { message, existing, created: creates ? createSpan(tracing, topic, message, active) : undefined };
}

function createSpan(tracing: KafkaTracing<ProducerOptions>, topic: string, message: MessageLike, active: Context): Context {
  const attributes = tracing.startAttributes(Operation.create, topic);
  // A create span knows its message, not yet the client that will send it.
  for (const name of [Attr.CLIENT_ID, Attr.SERVER_ADDRESS, Attr.SERVER_PORT]) delete attributes[name];
  setMessageAttributes(attributes, message, tracing);
  const name = spanName(Operation.create, tracing.destination(topic));
  const span = tracing.tracer.startSpan(name, { kind: SpanKind.PRODUCER, attributes }, active);
  span.end();
  return trace.setSpan(active, span);
}
