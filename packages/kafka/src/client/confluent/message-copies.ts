import { guard } from '../../core/guard.ts';
import { copyWith, type MessageLike, type TopicMessagesLike } from '../port/message.ts';
import type { BatchRecordLike } from '../port/producer-adapter.ts';

/**
 * The record with copies of its messages, into which the client writes.
 *
 * @returns the record itself where there are no messages in it: the client must see what it rejects as it is
 */
export function withCopies<R extends TopicMessagesLike>(record: R): R {
  return (
    // Of its other members the client takes only those that it does not have as own ones.
    guard('copying a record', () =>
      isList(record?.messages) ? { ...record, topic: record.topic, messages: copiesOf(record.messages) } : record,
    ) ?? record
  );
}

/** The same for a record of several topics. */
export function withCopiesOfAll(record: BatchRecordLike): BatchRecordLike {
  return guard('copying a record', () => ({ ...record, topicMessages: record.topicMessages.map(withCopies) })) ?? record;
}

/** An array, or the list that is none by which `agentContext: 'withhold'` keeps agents from copying messages. */
function isList(messages: unknown): boolean {
  return Array.isArray(messages) || messages instanceof Array;
}

/** Copies in a list of the same kind: agents' layers are around the client's `send`, and see them. */
function copiesOf(messages: readonly MessageLike[]): readonly MessageLike[] {
  const copies = Array.from(messages, copyOf);
  if (Array.isArray(messages)) return copies;
  return Object.assign(Object.create(Object.getPrototypeOf(messages) as object) as MessageLike[], copies, { length: copies.length });
}

function copyOf(message: MessageLike): MessageLike {
  if (typeof message !== 'object' || message === null) return message;
  const isRead = Object.getOwnPropertyDescriptor(message, 'headers')?.get !== undefined;
  if (isRead) return withClientsHeaders(message);
  // What an instance of a class inherits, too: the client reads it there.
  return Object.getPrototypeOf(message) === Object.prototype ? { ...message } : copyWith(message, { headers: message.headers });
}

/**
 * A copy whose headers go on being read from the message, until the client sets them: it writes its own form, a list, and reads that. What
 * agents set is an object, as the caller's headers are, and stays without effect.
 */
function withClientsHeaders(message: MessageLike): MessageLike {
  let written: unknown;
  return Object.defineProperty({ ...message }, 'headers', {
    enumerable: true,
    get: () => (written === undefined ? message.headers : written),
    set(headers: unknown) {
      if (headers === null || Array.isArray(headers)) written = headers;
    },
  });
}
