import { copyWith } from '../client/record.ts';
import type { MessageLike, TopicMessagesLike } from '../client/kafka-client.ts';

/**
 * The entries in a form whose headers no layer around the client's `send` can change, while every layer can read them. APM agents
 * write in three ways: into the headers, by other headers in the message, into copies of the messages.
 */
export function withhold(entries: readonly TopicMessagesLike[]): readonly TopicMessagesLike[] {
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
