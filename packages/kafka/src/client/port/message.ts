/**
 * The one shape to which adapters bring the messages of every client, so that the options, hooks and spans are the same for all. It is
 * kafkajs' own: its adapter hands on the client's objects.
 */

/** A message to send or a consumed one; all its other members pass through. */
export interface MessageLike {
  readonly key?: unknown;
  /** `null`: a tombstone. */
  readonly value?: unknown;
  /** In the client's own shape: a record, a `Map`, a list of pairs. */
  readonly headers?: unknown;
  readonly partition?: number;
  readonly timestamp?: string;
  /** Only on consumed messages: a decimal, which may exceed the largest exact number. */
  readonly offset?: string;
  /** Only on messages that Confluent's client consumed. */
  readonly leaderEpoch?: number;
}

export interface TopicMessagesLike {
  readonly topic: string;
  readonly messages: readonly MessageLike[];
}

/** One partition's answer to a produce request. */
export interface RecordMetadataLike {
  readonly topicName?: string;
  readonly partition?: number;
  /** Kafka's error code; 0 is none. */
  readonly errorCode?: number;
  readonly baseOffset?: string;
  /**
   * The offset of each record, decimal, in the order in which they were given, or `undefined` where the client does not know it. Without the
   * list they follow each other from `baseOffset` on.
   */
  readonly offsets?: readonly (string | undefined)[];
  /** The name of `offset` in the answer for message format 0. */
  readonly offset?: string;
}

export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read, as Kafka commits it. */
  readonly offset: string;
}

/** What a client says of itself without a request that it would not have made anyway. */
export interface LearnedIdentity {
  readonly clientId?: string | undefined;
  readonly groupId?: string | undefined;
}

/** The headers of a record. One whose value is an array was there several times. */
export interface HeaderValues {
  [name: string]: Buffer | string | (Buffer | string)[] | undefined;
}

/** A record as a member of a group hands it over. */
export interface FetchedRecord {
  readonly key: Buffer | null;
  /** `null`: a tombstone. */
  readonly value: Buffer | null;
  /** Milliseconds since the epoch, decimal. */
  readonly timestamp: string;
  /** Decimal. */
  readonly offset: string;
  /** The record's own, of which Kafka uses none. */
  readonly attributes?: number;
  /** Values as they are in the record: bytes, `null` for none, which the type does not say. The engine may replace the object. */
  headers?: HeaderValues;
}

/** The members that clients read from a record or a message, besides the replaced ones. */
const recordFields = ['topic', 'acks', 'timeout', 'compression', 'key', 'value', 'partition', 'timestamp'] as const;

/**
 * A plain copy of the caller's record or message with other members. Members that a class instance inherits from its prototype
 * are read now. Absent members stay absent: `@confluentinc/kafka-javascript` treats `acks: undefined` as a given `acks`.
 *
 * @param fields the members that the client reads
 */
export function copyWith<T extends object, R extends object>(original: T, replaced: R, fields: readonly string[] = recordFields): T & R {
  const copy = { ...original, ...replaced } as Record<string, unknown>;
  const prototype: unknown = Object.getPrototypeOf(original);
  if (prototype === Object.prototype || prototype === null) return copy as T & R;
  for (const field of fields) {
    const value = field in copy ? undefined : (original as Record<string, unknown>)[field];
    if (value !== undefined) copy[field] = value;
  }
  return copy as T & R;
}
