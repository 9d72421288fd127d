import type { ClientConsumerOptions, ClientProducerOptions } from '../client/client-maker.ts';
import type { TracingOptions } from '../telemetry/options.ts';
import { aFunction, anObject, aSignal, checkOptions, oneOf, text, wholeNumber, type Rule } from '../core/option-rules.ts';
import { checkReplayTracing } from '../telemetry/check-options.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { checkFilter, type CheckedFilter, type DeadLetterFilter, type RecordPlace } from '../dead-letters/dead-letter-filter.ts';
import { defaultMaxReplays, replayGroup } from './progress/replay-account.ts';
import type { Selection } from './progress/progress-entry.ts';
import type { RecordOutcome } from './replay-report.ts';

/** Options of `replay`. */
export interface ReplayOptions {
  /** The dead-letter topic. */
  readonly from: string;
  /** One topic for all records; it must exist, and differ from `from`. @default the topic that each record came from */
  readonly to?: string;
  /**
   * The account of what was replayed: the name of the group whose commits keep it, and the beginning of the names of those for filters.
   * Another one starts over.
   *
   * @default `{from}.replay`
   */
  readonly groupId?: string;
  /**
   * The records that are replayed; the others are counted as `filtered`. Replays with the same filter continue where the last one ended,
   * and a record that was replayed with another filter is not sent again.
   *
   * A function needs a `groupId` of its own, since nobody can tell later what it selected. When it throws, the replay ends before the
   * record with `filter_failed`.
   *
   * @default all
   */
  readonly filter?: DeadLetterFilter | ((record: DeadLetterRecord) => boolean | Promise<boolean>);
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
  /** Called for each record with what became of it. What it throws is caught and logged once. @default none */
  readonly onRecord?: (record: DeadLetterRecord, result: RecordOutcome) => void;
  /** As in `wrapProducer`, but for the options that only producers have. @default {} */
  readonly tracing?: TracingOptions;
  /** The options of the client's own consumer, which reads `from`. Its session is 10_000 ms long where they do not say. */
  readonly consumer?: ClientConsumerOptions;
  /** The options of the client's own producer. Its partitioner decides where `to` or a missing partition leaves it to the key. */
  readonly producer?: ClientProducerOptions;
}

const rules: Readonly<Record<keyof ReplayOptions, Rule>> = {
  from: text,
  to: text,
  groupId: text,
  filter: { must: 'a filter such as { trace: "…" }, or a function', accepts: (value) => typeof value === 'function' || isObject(value) },
  groupOnly: oneOf(true, false),
  dryRun: oneOf(true, false),
  limit: wholeNumber('records', 1),
  rate: { must: 'a number of records a second above 0', accepts: (value) => Number.isFinite(value) && (value as number) > 0 },
  maxReplays: wholeNumber('replays', 1),
  signal: aSignal,
  onRecord: aFunction,
  tracing: anObject,
  consumer: anObject,
  producer: anObject,
};

/** The options of a replay, with their defaults. */
export type CheckedReplay = Omit<ReplayOptions, 'filter' | 'groupId'> &
  Required<Pick<ReplayOptions, 'groupOnly' | 'dryRun' | 'limit' | 'maxReplays' | 'tracing'>> & {
    readonly selects: (record: DeadLetterRecord) => boolean | Promise<boolean>;
    /** The records that the filter names; `undefined`: not by their place. */
    readonly places: readonly RecordPlace[] | undefined;
    /** What the account's groups are called after. */
    readonly account: string;
    /** The group of this replay. */
    readonly groupId: string;
    /** What the commits keep; `undefined`: a function selects. */
    readonly selection: Selection | undefined;
  };

/** @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function checkReplay(options: ReplayOptions): CheckedReplay {
  checkOptions('replay', options, rules);
  const { from, to } = options;
  if (from === undefined) throw new KafkaTracingError('invalid_option', 'replay needs "from": the name of a dead-letter topic.');
  if (to === from)
    throw new KafkaTracingError('invalid_option', 'replay cannot write into the topic that it reads: "to" must be another than "from".');
  checkReplayTracing(options.tracing ?? {});
  const { filter = {}, groupId, maxReplays = defaultMaxReplays, ...others } = options;
  if (typeof filter === 'function' && groupId === undefined) {
    const what = 'replay cannot tell one function of "filter" from another: name its progress with "groupId", or give a filter as data.';
    throw new KafkaTracingError('invalid_option', what);
  }
  const account = groupId ?? `${from}.replay`;
  const checked: CheckedFilter | undefined = typeof filter === 'function' ? undefined : checkFilter(filter, from, Date.now());
  const selection = checked && { filter: checked.data, maxReplays };
  return {
    ...others,
    selects: checked?.selects ?? (filter as (record: DeadLetterRecord) => boolean | Promise<boolean>),
    places: checked?.places,
    account,
    groupId: replayGroup(account, selection ?? 'function'),
    selection,
    groupOnly: options.groupOnly ?? true,
    dryRun: options.dryRun ?? false,
    limit: options.limit ?? Infinity,
    maxReplays,
    tracing: options.tracing ?? {},
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
