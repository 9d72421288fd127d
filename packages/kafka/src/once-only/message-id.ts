import type { SubscribedMessage } from '../subscribe/message-scope.ts';

/**
 * Where a message is in Kafka. With its timestamp, as a topic that was deleted and made again begins with the same offsets: its
 * messages are others.
 */
export function messagePosition({ topic, partition, offset, timestamp }: SubscribedMessage<unknown>): string {
  return `${topic}/${partition}/${offset}@${timestamp}`;
}
