import { lastHeaderText } from '../client/record.ts';
import { warnOnce } from '../core/guard.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { isThenable } from '../core/outcome.ts';
import { MESSAGE_ID_HEADER } from '../sender/record-headers.ts';
import type { SubscribedMessage } from '../subscribe/attempt/message-scope.ts';

/**
 * The topic, partition, offset and timestamp of a message: a topic that was deleted and created again has other messages at the same
 * offsets. Nothing names the cluster: on a mirrored one they can be those of another message, of which it warns once per topic.
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
 * A `key` for `idempotent`: the id in the header `tracelink-message-id`, which an outbox writes. It detects what a relay sent twice.
 * Without the header it is the default of `key`. It trusts the header: a client that may write to the topic can make one message
 * pass as another.
 */
export function outboxId(message: SubscribedMessage<unknown>): string {
  const id = lastHeaderText(message.headers, MESSAGE_ID_HEADER);
  // No topic has a # in its name: an id never equals a default key.
  return id === undefined ? messagePosition(message) : `${message.topic}#${id}`;
}

/**
 * The answer of a `key` option, which may be any value.
 *
 * @throws {KafkaTracingError} `missing_idempotency_key`
 */
export function checkedKey(key: unknown, { topic, partition, offset }: SubscribedMessage<unknown>): string {
  if (typeof key === 'string' && key !== '') return key;
  // A key that is a promise is an error, but its rejection must not end the process.
  if (isThenable(key)) key.then(undefined, () => {});
  const gave = typeof key === 'string' ? 'an empty text' : `a value of type ${typeof key}`;
  throw new KafkaTracingError('missing_idempotency_key', `The key option of idempotent gave ${gave} for ${topic}/${partition}/${offset}.`);
}
