import type { RecordMetadataLike, TopicMessagesLike } from '../client/kafka-client.ts';
import { Operation } from '../telemetry/semconv.ts';
import type { KafkaTracing } from '../telemetry/client-telemetry.ts';

/** Why these messages count as failed: the `error.type` of their span and metrics. */
export const UNACKNOWLEDGED = 'unacknowledged';

/**
 * Counts the messages of a resolved send that no broker acknowledged, by index in `entries`. kafkajs drops messages for a partition
 * that its metadata lacks, and resolves all the same: only the partitions that are missing in the answer show it.
 *
 * A message counts when the answer lacks its topic, or the partition that the message names. When the partitioner chose the
 * partition, and the answer has other partitions of the topic, it cannot be known.
 *
 * @param answer one entry for each partition that has messages now; a value that is no list is ignored
 * @returns `undefined` when each message counts as acknowledged
 */
export function unacknowledged(entries: readonly TopicMessagesLike[], answer: unknown): readonly number[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  // One partition answered for all: the usual case, without a set for each entry.
  const [only] = answer as readonly RecordMetadataLike[];
  if (answer.length === 1 && entries.length === 1 && isFor(entries[0] as TopicMessagesLike, only)) return undefined;
  const counts = entries.map((entry) => unacknowledgedOf(entry, answer as readonly RecordMetadataLike[]));
  return counts.some((count) => count > 0) ? counts : undefined;
}

/** Whether the one partition that answered, with success, is where all messages of the entry were to go. */
function isFor({ topic, messages }: TopicMessagesLike, answer: RecordMetadataLike | undefined): boolean {
  const { topicName = topic, partition, errorCode = 0 } = answer ?? {};
  if (topicName !== topic || errorCode !== 0) return false;
  return messages.every((message) => message.partition === undefined || message.partition === partition);
}

function unacknowledgedOf({ topic, messages }: TopicMessagesLike, answer: readonly RecordMetadataLike[]): number {
  const partitions = new Set<number | undefined>();
  for (const each of answer) {
    const { topicName = topic, partition, errorCode = 0 } = each ?? {};
    if (topicName === topic && errorCode === 0) partitions.add(partition);
  }
  if (partitions.size === 0) return messages.length;
  // A client that names no partitions in its answers.
  if (partitions.has(undefined)) return 0;
  return messages.filter(({ partition }) => typeof partition === 'number' && partition >= 0 && !partitions.has(partition)).length;
}

/** The outcome of a send for its metrics. */
export interface SendOutcome {
  /** `undefined` without a meter. */
  readonly seconds: number | undefined;
  /** The `error.type` of a send that failed as a whole. */
  readonly error: string | undefined;
  /** Messages that no broker acknowledged, by index in the entries; `undefined` for none. */
  readonly lost: readonly number[] | undefined;
}

/** Records the duration of a send and its messages. */
export function recordSend(
  tracing: KafkaTracing,
  entries: readonly TopicMessagesLike[],
  topic: string | undefined,
  { seconds, error, lost }: SendOutcome,
): void {
  if (seconds === undefined) return;
  const { operationDuration, sentMessages } = tracing.instruments;
  operationDuration.record(seconds, tracing.metricAttributes(Operation.send, topic, error ?? (lost && UNACKNOWLEDGED)));
  entries.forEach((entry, index) => {
    const lostHere = lost?.[index] ?? 0;
    const sent = entry.messages.length - lostHere;
    if (sent > 0) sentMessages.add(sent, tracing.metricAttributes(Operation.send, entry.topic, error));
    if (lostHere > 0) sentMessages.add(lostHere, tracing.metricAttributes(Operation.send, entry.topic, UNACKNOWLEDGED));
  });
}

/** The one topic of a send; `undefined` when there are several. */
export function onlyTopic(entries: readonly TopicMessagesLike[]): string | undefined {
  const [first] = entries;
  return entries.every((entry) => entry.topic === first?.topic) ? first?.topic : undefined;
}
