import { trace, type Context } from '@opentelemetry/api';
import type { Injection, Relation } from '@tracelink/propagation';
import { guard, guardAnswer } from '../core/guard.ts';
import { copyWith } from '../client/record.ts';
import type { MessageLike, TopicMessagesLike } from '../client/kafka-client.ts';
import type { ProducerOptions } from '../telemetry/options.ts';
import type { Mark, PlannedTopic } from './existing-context.ts';
import type { SendPlan } from './send-plan.ts';
import type { KafkaTracing } from '../telemetry/client-telemetry.ts';

/**
 * The plan's entries with the headers that carry each message's creation context. Messages, headers and entries are new
 * objects: the caller may send its own again, freeze them, or share one headers object between messages (B6).
 */
export function writeHeaders(tracing: KafkaTracing<ProducerOptions>, plan: SendPlan, sendContext: Context): readonly TopicMessagesLike[] {
  const written = plan.topics.map((planned) => {
    const { entry } = planned;
    const messages = messagesWithHeaders(tracing, planned, sendContext);
    // The common case, without the general path's second object.
    return Object.getPrototypeOf(entry) === Object.prototype ? { ...entry, messages } : copyWith(entry, { messages });
  });
  return tracing.options.agentContext === 'withhold' ? withhold(written) : written;
}

const unmarked: Mark = { existing: undefined, dropped: [], created: undefined };

function messagesWithHeaders(tracing: KafkaTracing<ProducerOptions>, { entry, marks }: PlannedTopic, sendContext: Context): MessageLike[] {
  const { topic, messages } = entry;
  const relationOf = relationsFor(tracing.options, topic);
  const { agentContext } = tracing.options;
  // Without a span in it a context gives its baggage only.
  const carried = (context: Context): Context => (agentContext === 'instead' ? trace.deleteSpan(context) : context);
  // The messages of a send usually share one context and one relation: their header values are built once.
  let shared: Injection | undefined;
  let sharedRelation: Relation | undefined;
  const injectionFor = (wanted: Relation | undefined): Injection => {
    if (shared !== undefined && wanted === sharedRelation) return shared;
    sharedRelation = wanted;
    return (shared = tracing.propagation.injection(carried(sendContext), topic, wanted));
  };
  return messages.map((message, index) => {
    const { existing, created } = marks.size === 0 ? unmarked : (marks.get(index) ?? unmarked);
    // A message that the client is going to reject is passed on unchanged.
    if (typeof message !== 'object' || message === null || message.value === undefined) return message;
    const kept = existing?.kept === true ? keptHeaders(tracing, message, sendContext, topic) : undefined;
    if (kept !== undefined) return kept === message.headers ? message : withHeaders(message, kept);
    const wanted = relationOf(message);
    const injection = created === undefined ? injectionFor(wanted) : tracing.propagation.injection(carried(created), topic, wanted);
    return withHeaders(message, injection.into(message.headers));
  });
}

/**
 * The caller chose the context, and not where it may go.
 *
 * @returns `undefined` where the propagation failed: then the headers are replaced, as they could hold what must not go
 */
function keptHeaders(
  tracing: KafkaTracing<ProducerOptions>,
  { headers }: MessageLike,
  sendContext: Context,
  topic: string,
): MessageLike['headers'] {
  return guard('writing headers', () => tracing.propagation.kept(headers, sendContext, topic), tracing);
}

function withHeaders(message: MessageLike, headers: MessageLike['headers']): MessageLike {
  return Object.getPrototypeOf(message) === Object.prototype ? { ...message, headers } : copyWith(message, { headers });
}

/** The relation that the sender asks the receivers of `topic` for; asked per message only when the user's own function decides. */
function relationsFor({ relation, topics }: ProducerOptions, topic: string): (message: MessageLike) => Relation | undefined {
  if (typeof relation === 'function') {
    return (message) => asRelation(guardAnswer('the relation option', () => relation(topic, message), relation));
  }
  const wanted = fixedRelation(relation, topics, topic);
  return () => wanted;
}

/** The relation that the options ask for, where no function decides. */
export function fixedRelation(relation: Relation | undefined, topics: ProducerOptions['topics'], topic: string): Relation | undefined {
  const ofTopic = topics !== undefined && Object.hasOwn(topics, topic) ? topics[topic]?.relation : undefined;
  return ofTopic ?? relation;
}

/** The answer of a user's function, which may be any value. */
function asRelation(answer: unknown): Relation | undefined {
  return answer === 'parent' || answer === 'link' ? answer : undefined;
}

/**
 * The entries in a form whose headers no layer around the client's `send` can change, while every layer can read them. APM agents
 * write in three ways: into the headers, by other headers in the message, into copies of the messages.
 */
function withhold(entries: readonly TopicMessagesLike[]): readonly TopicMessagesLike[] {
  return entries.map((entry) => copyWith(entry, { messages: listThatIsNoArray(entry.messages.map(withFixedHeaders)) }));
}

function withFixedHeaders(message: MessageLike): MessageLike {
  if (typeof message !== 'object' || message === null) return message;
  const { headers } = message;
  // A copy for each reader, of which the client is the last.
  return Object.defineProperty(copyWith(message, {}), 'headers', { enumerable: true, get: () => copyOf(headers), set() {} });
}

/** Never `undefined`: Sentry's layer gives a message headers and writes into what it then reads there. */
function copyOf(headers: unknown): unknown {
  if (headers === undefined || headers === null) return {};
  if (Array.isArray(headers)) return [...(headers as unknown[])];
  if (headers instanceof Map) return new Map(headers);
  return typeof headers === 'object' ? { ...headers } : headers;
}

/** dd-trace copies messages that are in an array, and writes into the copies. kafkajs only calls the methods of the list. */
function listThatIsNoArray<T>(items: readonly T[]): readonly T[] {
  const list = Object.create(Array.prototype) as T[];
  return Object.assign(list, items, { length: items.length });
}
