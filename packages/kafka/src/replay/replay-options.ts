import type { ConsumerConfig, ProducerConfig } from 'kafkajs';
import type { TracingOptions } from '../telemetry/options.ts';
import { aFunction, anObject, checkOptions, oneOf, text, wholeNumber, type Rule } from '../core/option-rules.ts';
import { checkReplayTracing } from '../telemetry/check-options.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import type { RecordPlace } from './replay-progress.ts';
import type { ReplayOutcome } from './replay-report.ts';

/** Options of `replay`. */
export interface ReplayOptions {
  /** The dead-letter topic. */
  readonly from: string;
  /** One topic for all records; it must exist, and differ from `from`. @default the topic that each record came from */
  readonly to?: string;
  /** The group whose commits record the progress of replays. A replay starts behind them. @default `{from}.replay` */
  readonly groupId?: string;
  /**
   * Selects the records that are replayed; the others are counted as `filtered`, and committed. When it throws, the replay ends before
   * the record with `filter_failed`.
   *
   * @default all
   */
  readonly filter?: (record: DeadLetterRecord) => boolean | Promise<boolean>;
  /** Excludes records whose timestamp in the dead-letter topic is older: a Date, or milliseconds since the epoch. @default none */
  readonly since?: Date | number;
  /** Replays this one record, also one that a replay has passed over; nothing is committed. @default all records */
  readonly record?: RecordPlace;
  /** Whether only the group that failed handles the record again: `subscribe` passes it over in the others. @default true */
  readonly groupOnly?: boolean;
  /** Reads and reports; sends and commits nothing. @default false */
  readonly dryRun?: boolean;
  /** The most records that are replayed, from 1. @default no limit */
  readonly limit?: number;
  /** The most records that are replayed per second, above 0. @default no limit */
  readonly rate?: number;
  /** A record that was replayed this many times, and failed again, is not replayed; from 1. @default 3 */
  readonly maxReplays?: number;
  /** Ends the replay after the record in flight, within two seconds even when the broker is away. @default none */
  readonly signal?: AbortSignal;
  /**
   * Called for each record with its outcome, and the reason when it could not be sent. What it throws is caught and logged once.
   *
   * @default none
   */
  readonly onRecord?: (record: DeadLetterRecord, outcome: ReplayOutcome, reason: string | undefined) => void;
  /** As in `wrapProducer`, but for the options that only producers have. @default {} */
  readonly tracing?: TracingOptions;
  /** The config of kafkajs' consumer, which reads `from`. */
  readonly consumer?: Omit<ConsumerConfig, 'groupId'>;
  /** The config of kafkajs' producer. */
  readonly producer?: ProducerConfig;
}

const rules: Readonly<Record<keyof ReplayOptions, Rule>> = {
  from: text,
  to: text,
  groupId: text,
  filter: aFunction,
  since: {
    must: 'a valid Date, or milliseconds since the epoch',
    accepts: (value) => (typeof value === 'number' || value instanceof Date) && Number.isFinite(Number(value)),
  },
  record: { must: 'a place: { partition: 0, offset: "7" }', accepts: isPlace },
  groupOnly: oneOf(true, false),
  dryRun: oneOf(true, false),
  limit: wholeNumber('records', 1),
  rate: { must: 'a number of records a second above 0', accepts: (value) => Number.isFinite(value) && (value as number) > 0 },
  maxReplays: wholeNumber('replays', 1),
  signal: { must: 'an AbortSignal', accepts: (value) => value instanceof AbortSignal },
  onRecord: aFunction,
  tracing: anObject,
  consumer: anObject,
  producer: anObject,
};

/** The options of a replay, with their defaults. */
export type CheckedReplay = Omit<ReplayOptions, 'since'> &
  Required<Pick<ReplayOptions, 'groupId' | 'groupOnly' | 'dryRun' | 'limit' | 'maxReplays' | 'tracing'>> & {
    /** Milliseconds since the epoch. */
    readonly since: number;
  };

/** @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function checkReplay(options: ReplayOptions): CheckedReplay {
  checkOptions('replay', options, rules);
  const { from, to } = options;
  if (from === undefined) throw new KafkaTracingError('invalid_option', 'replay needs "from": the name of a dead-letter topic.');
  if (to === from)
    throw new KafkaTracingError('invalid_option', 'replay cannot write into the topic that it reads: "to" must be another than "from".');
  checkReplayTracing(options.tracing ?? {});
  return {
    ...options,
    groupId: options.groupId ?? `${from}.replay`,
    since: options.since === undefined ? -Infinity : Number(options.since),
    groupOnly: options.groupOnly ?? true,
    dryRun: options.dryRun ?? false,
    limit: options.limit ?? Infinity,
    maxReplays: options.maxReplays ?? 3,
    tracing: options.tracing ?? {},
  };
}

function isPlace(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { partition, offset } = value as Partial<Record<string, unknown>>;
  return Number.isSafeInteger(partition) && (partition as number) >= 0 && typeof offset === 'string' && /^\d{1,18}$/.test(offset);
}
