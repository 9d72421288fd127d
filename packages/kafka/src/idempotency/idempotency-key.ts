import { lastHeaderText } from '../client/record.ts';
import { warnOnce } from '../core/guard.ts';
import { MESSAGE_ID_HEADER } from '../sender/record-headers.ts';
import type { SubscribedMessage } from '../subscribe/attempt/message-scope.ts';

/**
 * Where a message is in Kafka, and its timestamp: a topic that was deleted and created again has other messages at the same offsets. Nothing
 * names the cluster: on a mirrored one the same place and time can be another message's, of which it warns once a topic.
 */
export function messagePosition({ topic, partition, offset, timestamp }: SubscribedMessage<unknown>): string {
  warnOnce(
    `the key of messages of ${topic}`,
    `idempotent knows messages of "${topic}" by topic, partition, offset and timestamp. On a mirrored cluster these can be another message's, ` +
      'which is then skipped, and a mirrored message is handled twice. Give messages a key of their own: idempotent(store, { key })',
  );
  return `${topic}/${partition}/${offset}@${timestamp}`;
}

/**
 * A `key` for `idempotent`: the id in the header `tracelink-message-id`, which an outbox writes, so that it finds what a relay sent twice.
 * Without the header it is the default of `key`. It believes the header: a client that may write to the topic can pass one message
 * off as another.
 */
export function outboxId(message: SubscribedMessage<unknown>): string {
  const id = lastHeaderText(message.headers, MESSAGE_ID_HEADER);
  // No topic has a # in its name: an id never looks like a place.
  return id === undefined ? messagePosition(message) : `${message.topic}#${id}`;
}
