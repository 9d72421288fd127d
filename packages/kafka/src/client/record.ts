import type { IHeaders } from 'kafkajs';

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The place of a record. For a scheduled retry it is in the retry topic. */
export interface TopicPartitionOffset extends TopicPartition {
  /** Decimal. */
  readonly offset: string;
}

/** One text for each partition: topic names have no slash. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/**
 * The text of a header; of one that is repeated the last value counts, as everywhere in Kafka.
 *
 * @returns `undefined` where there is none, and for one without a value, which kafkajs reads as `null`
 */
export function lastHeaderText(headers: IHeaders | undefined, name: string): string | undefined {
  const value: IHeaders[string] | null = headers?.[name];
  const last: Buffer | string | null | undefined = Array.isArray(value) ? value.at(-1) : value;
  return last === undefined || last === null ? undefined : String(last);
}

/**
 * A record's timestamp in milliseconds since the epoch, or `undefined` where it is no time: Kafka writes −1 for "none" (message
 * format 0, some clients), others write 0, and a header may hold anything. No wait, age or end-to-end time is measured from it then.
 *
 * @param timestamp as kafkajs gives it, a decimal, or as a number
 */
export function recordTimestamp(timestamp: unknown): number | undefined {
  if (typeof timestamp !== 'string' && typeof timestamp !== 'number') return undefined;
  const milliseconds = Number(timestamp);
  return Number.isSafeInteger(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
}
