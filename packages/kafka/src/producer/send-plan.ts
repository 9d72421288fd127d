import { SpanKind, trace, type Attributes, type Context, type Link } from '@opentelemetry/api';
import { carriedContexts, type CarriedContexts, type Mark, type PlannedTopic } from './existing-context.ts';
import type { MessageLike, TopicMessagesLike } from '../client/kafka-client.ts';
import { setMessageAttributes } from '../telemetry/message-attributes.ts';
import type { ProducerOptions } from '../telemetry/options.ts';
import { sendLinks } from './send-links.ts';
import { onlyTopic } from './send-metrics.ts';
import { Attr, Operation, spanName } from '../telemetry/semconv.ts';
import type { KafkaTracing } from '../telemetry/client-telemetry.ts';

/** A send before its span starts: links are given at the start, so that samplers see them. */
export interface SendPlan {
  readonly topics: readonly PlannedTopic[];
  /** The one topic of the send; `undefined` when there are several. */
  readonly topic: string | undefined;
  /** The caller's messages of all topics. */
  readonly messages: readonly MessageLike[];
  readonly kind: SpanKind;
  readonly links: Link[];
}

const nothingCarried: CarriedContexts = { existing: undefined, dropped: [] };
const noMarks: ReadonlyMap<number, Mark> = new Map();
// The SDK copies them.
export const noLinks: Link[] = Object.freeze<Link[]>([]) as Link[];

/** Reads the messages, starts and ends their `create` spans when the options ask for them, collects the links. */
export function planSend(tracing: KafkaTracing<ProducerOptions>, entries: readonly TopicMessagesLike[], active: Context): SendPlan {
  const [first] = entries;
  const topic = onlyTopic(entries);
  const topics = entries.map((entry) => ({ entry, marks: marksOf(tracing, entry, active) }));
  const isPlain = topics.every(({ marks }) => marks.size === 0);
  return {
    topics,
    topic,
    messages: entries.length === 1 && first !== undefined ? first.messages : entries.flatMap(({ messages }) => messages),
    // PRODUCER only when a message's creation context is the send span itself (semantic conventions, span kind).
    kind: isPlain || topics.some(carriesSendSpan) ? SpanKind.PRODUCER : SpanKind.CLIENT,
    links: isPlain ? noLinks : sendLinks(tracing, topics, topic === undefined),
  };
}

function carriesSendSpan({ entry, marks }: PlannedTopic): boolean {
  if (entry.messages.length > marks.size) return true;
  return [...marks.values()].some(({ existing, created }) => created === undefined && existing?.kept !== true);
}

function marksOf(
  tracing: KafkaTracing<ProducerOptions>,
  { topic, messages }: TopicMessagesLike,
  active: Context,
): ReadonlyMap<number, Mark> {
  let marks: Map<number, Mark> | undefined;
  const createSpans = tracing.options.createSpans === true;
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as MessageLike;
    if (typeof message !== 'object' || message === null) continue;
    const { existing, dropped } = carriedContexts(tracing, message, active) ?? nothingCarried;
    const creates = createSpans && existing?.kept !== true;
    if (existing === undefined && dropped.length === 0 && !creates) continue;
    marks ??= new Map();
    marks.set(index, { existing, dropped, created: creates ? createSpan(tracing, topic, message, active) : undefined });
  }
  return marks ?? noMarks;
}

function createSpan(tracing: KafkaTracing<ProducerOptions>, topic: string, message: MessageLike, active: Context): Context {
  const attributes: Attributes = { ...tracing.sharedStartAttributes(Operation.create, topic) };
  // A create span knows its message, but not the client that will send it.
  for (const name of [Attr.SERVER_ADDRESS, Attr.SERVER_PORT]) delete attributes[name];
  setMessageAttributes(attributes, message, tracing);
  const name = spanName(Operation.create, tracing.destination(topic));
  const span = tracing.tracer.startSpan(name, { kind: SpanKind.PRODUCER, attributes }, active);
  span.end();
  return trace.setSpan(active, span);
}
