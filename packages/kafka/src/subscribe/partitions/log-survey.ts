import type { AdminPort } from '../../client/port/admin.ts';
import { highWatermarks } from '../../client/port/high-watermarks.ts';
import { kafkaErrorName } from '../../client/port/kafka-error.ts';
import { errorMessage } from '../../core/error-type.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';

/** The broker's answers about the log that a partition's name stands for now. */
export interface LogSurvey {
  /** The id of the topic when its offsets were queried, or of an earlier one; `undefined`: not known. */
  readonly topicId?: string | undefined;
  readonly low: bigint;
  /** The end before transactions that are open. */
  readonly high: bigint;
  /** The end behind transactions that are open. Absent, or `high`: no offset in question is beyond that. */
  readonly highWatermark?: bigint | undefined;
  /** The offset of the first record with a later timestamp than the queried time; the end of the log when there is none. */
  readonly firstAfter: bigint | undefined;
  /** The same for the latest timestamp as of the last query. */
  readonly firstAfterVerified?: bigint | undefined;
  /** The same for the latest timestamp as of when the log became suspect. */
  readonly firstAfterTrusted?: bigint | undefined;
  /** The same for the time of the survey: a lower offset than a position means records with clocks ahead. */
  readonly firstAfterNow: bigint | undefined;
  /** When the survey was made, milliseconds since the epoch. */
  readonly now: number;
}

/** What is queried besides the two ends of the log. */
export interface SurveyQuestions {
  /** Milliseconds since the epoch; `undefined`: no time is queried. */
  readonly after: number | undefined;
  /** The same, of the latest timestamp as of the last query of the logs. */
  readonly afterVerified: number | undefined;
  /** The same, of when the logs became suspect. */
  readonly afterTrusted: number | undefined;
  /** Whether a log of the topic has no known latest timestamp. */
  readonly needsNow: boolean;
  /** By partition, the highest offset that its log must reach if it is the one that is known. @default none */
  readonly reached?: ReadonlyMap<number, bigint> | undefined;
}

/**
 * Queries which records the partitions of `topic` hold, by partition.
 *
 * @throws {KafkaTracingError} `topic_missing`: it does not exist at present; what the client throws when the broker does not answer
 */
export async function surveyTopic(
  admin: AdminPort,
  topic: string,
  { after, afterVerified, afterTrusted, needsNow, reached = new Map() }: SurveyQuestions,
): Promise<ReadonlyMap<number, LogSurvey>> {
  const now = Date.now();
  // Before its offsets: they are of this topic, or of a later one, which the client's notice then still tells apart.
  const topicId = await admin.topicId?.(topic).catch(() => undefined);
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const byTime = new Map<number, ReadonlyMap<number, bigint>>();
    for (const time of [after, afterVerified, afterTrusted, needsNow ? now : undefined])
      if (time !== undefined && !byTime.has(time)) byTime.set(time, await offsetsAfter(admin, topic, time));
    const watermarks = await highWatermarks(admin, topic, ends, reached);
    const first = (time: number | undefined, partition: number): bigint | undefined =>
      time === undefined ? undefined : byTime.get(time)?.get(partition);
    return new Map(
      ends.map(({ partition, low, high }) => [
        partition,
        {
          topicId,
          low: BigInt(low),
          high: BigInt(high),
          highWatermark: watermarks.get(partition),
          firstAfter: first(after, partition),
          firstAfterVerified: first(afterVerified, partition),
          firstAfterTrusted: first(afterTrusted, partition),
          firstAfterNow: needsNow ? first(now, partition) : undefined,
          now,
        },
      ]),
    );
  } catch (error) {
    if (kafkaErrorName(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
    throw new KafkaTracingError('topic_missing', `The topic "${topic}" does not exist at present: ${errorMessage(error)}`);
  }
}

async function offsetsAfter(admin: AdminPort, topic: string, time: number): Promise<ReadonlyMap<number, bigint>> {
  const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, time + 1);
  return new Map(offsets.map(({ partition, offset }) => [partition, BigInt(offset)]));
}
