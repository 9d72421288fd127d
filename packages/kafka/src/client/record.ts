import type { IHeaders } from 'kafkajs';

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The topic, partition and offset of a record. For a scheduled retry they are those in the retry topic. */
export interface TopicPartitionOffset extends TopicPartition {
  /** Decimal. */
  readonly offset: string;
}

/** A unique text for each partition: topic names have no slash. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/**
 * The text of a header. The last value of a repeated header counts, as everywhere in Kafka.
 *
 * @returns `undefined` when the header is missing, and when it has no value, which kafkajs reads as `null`
 */
export function lastHeaderText(headers: IHeaders | undefined, name: string): string | undefined {
  const value: IHeaders[string] | null = headers?.[name];
  const last: Buffer | string | null | undefined = Array.isArray(value) ? value.at(-1) : value;
  return last === undefined || last === null ? undefined : String(last);
}

/**
 * A record's timestamp in milliseconds since the epoch, or `undefined` where it is no time: Kafka writes −1 for "none" (message
 * format 0, some clients), others write 0, and a header may hold anything. Such a value counts for no delay, age or end-to-end duration.
 *
 * @param timestamp a decimal, as kafkajs gives it, or a number
 */
export function recordTimestamp(timestamp: unknown): number | undefined {
  if (typeof timestamp !== 'string' && typeof timestamp !== 'number') return undefined;
  const milliseconds = Number(timestamp);
  return Number.isSafeInteger(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
}

/** The members that clients read from a record or a message, besides the replaced ones. */
const recordFields = ['topic', 'acks', 'timeout', 'compression', 'key', 'value', 'partition', 'timestamp'] as const;

/**
 * A plain copy of the caller's record or message with other members. Members that a class instance inherits from its prototype
 * are read now. Absent members stay absent: `@confluentinc/kafka-javascript` treats `acks: undefined` as a given `acks`.
 */
export function copyWith<T extends object, R extends object>(original: T, replaced: R): T & R {
  const copy = { ...original, ...replaced } as Record<string, unknown>;
  const prototype: unknown = Object.getPrototypeOf(original);
  if (prototype === Object.prototype || prototype === null) return copy as T & R;
  for (const field of recordFields) {
    const value = field in copy ? undefined : (original as Record<string, unknown>)[field];
    if (value !== undefined) copy[field] = value;
  }
  return copy as T & R;
}
