import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import type { DeadLetterRecord } from './dead-letter-record.ts';
import { origin, records, text, time, traceId, type FilterField } from './filter-values.ts';
import { shownBytes } from './shown-bytes.ts';

/**
 * Which records of a dead-letter topic are meant: those for which every field that is there holds. Plain data that JSON keeps, so that a
 * page, a command and a program say it the same way.
 */
export interface DeadLetterFilter {
  /**
   * Those of this trace: the one that a message was first sent in, or the one of the attempt that failed. 32 hexadecimal digits, or 16 as
   * B3 has them.
   *
   * @default any
   */
  readonly trace?: string;
  /** Those that came from there: `topic`, `topic/partition`, or the one record `topic/partition/offset`. @default anywhere */
  readonly origin?: string;
  /**
   * Those that are not older, by their timestamp in the dead-letter topic: milliseconds since the epoch, an ISO time (UTC without a
   * zone), or a duration before now: `90s`, `30m`, `2h`, `7d`.
   *
   * @default any
   */
  readonly since?: number | string;
  /** Those that are older, given as for `since`. @default any */
  readonly until?: number | string;
  /** Those with this text in the class or the message of their error, in upper or lower case. @default any */
  readonly error?: string;
  /** Those with exactly this class of error. @default any */
  readonly errorClass?: string;
  /** Those with this key; bytes that are no text in the form `base64:AAAABw==`. @default any */
  readonly key?: string;
  /** These alone, by their place in the dead-letter topic: `topic/partition/offset`, or `partition/offset`. @default all */
  readonly records?: readonly string[];
}

/** The place of one record in a topic. */
export interface RecordPlace {
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
}

/** The place as text: `0/7`. */
export function placeOf({ partition, offset }: RecordPlace): string {
  return `${partition}/${offset}`;
}

/** How each field is read. */
export const filterFields: { readonly [Name in keyof DeadLetterFilter]-?: FilterField<unknown> } = {
  trace: traceId,
  origin,
  since: time,
  until: time,
  error: text,
  errorClass: text,
  key: text,
  records,
};

/** Longer ones could not be kept with a commit: Kafka's default of `offset.metadata.max.bytes` is 4096. */
const longest = 2_000;

/** A filter that was checked. */
export interface CheckedFilter {
  /** The same filter in one form: times in milliseconds since the epoch, places without their topic, fields in one order. */
  readonly data: DeadLetterFilter;
  /** The records that it names; `undefined`: not by their place. */
  readonly places: readonly RecordPlace[] | undefined;
  /** Whether a record is one of those. */
  readonly selects: (record: DeadLetterRecord) => boolean;
}

/**
 * Reads a filter. The same filter, however it is written, has the same `data`.
 *
 * @param from the dead-letter topic
 * @param now milliseconds since the epoch, from which durations count back
 * @throws {KafkaTracingError} `invalid_option`, with a text that says what to write instead
 */
export function checkFilter(filter: DeadLetterFilter, from: string, now: number): CheckedFilter {
  const values: Partial<Record<string, unknown>> = {};
  for (const [name, value] of Object.entries(filter)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(filterFields, name)) {
      const known = Object.keys(filterFields).join(', ');
      throw new KafkaTracingError('invalid_option', `A filter has no field "${name}": it has ${known}.`);
    }
    const { must, read } = filterFields[name as keyof DeadLetterFilter];
    if ((values[name] = read(value, now)) === undefined)
      throw new KafkaTracingError('invalid_option', `The filter's "${name}" must be ${must}, not ${JSON.stringify(value)}.`);
  }
  if (Number(values['since'] ?? -Infinity) >= Number(values['until'] ?? Infinity))
    throw new KafkaTracingError('invalid_option', `The filter's time ends before it begins: "until" must be later than "since".`);
  const named = values['records'] as ReturnType<(typeof records)['read']>;
  const other = named?.find(({ topic }) => topic !== undefined && topic !== from);
  if (other !== undefined)
    throw new KafkaTracingError(
      'invalid_option',
      `The filter names a record of "${other.topic}", and "${from}" is read: one topic at a time.`,
    );
  const places = named && new Map(named.map(({ partition, offset }) => [placeOf({ partition, offset }), { partition, offset }]));
  if (places !== undefined) values['records'] = [...places.keys()];
  const names = Object.keys(filterFields).filter((name) => values[name] !== undefined);
  const data: DeadLetterFilter = Object.fromEntries(names.map((name) => [name, values[name]]));
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > longest)
    throw new KafkaTracingError(
      'invalid_option',
      `The filter has ${bytes} bytes as JSON, and may have ${longest}: name fewer records, or a shorter text.`,
    );
  return { data, places: places && [...places.values()], selects: selection(data) };
}

function selection(data: DeadLetterFilter): CheckedFilter['selects'] {
  const { trace, since, until, errorClass, key } = data as DeadLetterFilter & { readonly since?: number; readonly until?: number };
  const error = data.error?.toLowerCase();
  const origins = data.origin?.split('/');
  const places = data.records && new Set(data.records);
  return (record) =>
    (trace === undefined || record.traceId === trace || record.originTraceId === trace) &&
    (origins === undefined || isFrom(record, origins)) &&
    (since === undefined || record.timestamp >= since) &&
    (until === undefined || record.timestamp < until) &&
    (error === undefined || `${record.errorClass ?? ''}\n${record.errorMessage ?? ''}`.toLowerCase().includes(error)) &&
    (errorClass === undefined || record.errorClass === errorClass) &&
    (key === undefined || (record.key !== null && shownBytes(record.key) === key)) &&
    (places === undefined || places.has(placeOf(record)));
}

function isFrom(record: DeadLetterRecord, [topic, partition, offset]: readonly string[]): boolean {
  return (
    record.originalTopic === topic &&
    (partition === undefined || record.originalPartition === Number(partition)) &&
    (offset === undefined || record.originalOffset === offset)
  );
}
