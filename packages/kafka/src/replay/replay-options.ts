import type { ConsumerConfig, ProducerConfig } from 'kafkajs';
import type { TracingOptions } from '../options.ts';
import { aFunction, checkOptions, oneOf, text, wholeNumber, type Rule } from '../option-rules.ts';
import { checkProducerOptions } from '../check-options.ts';
import { KafkaTracingError } from '../kafka-tracing-error.ts';
import type { DeadLetter } from './dead-letter.ts';

/** Options of `replay`. */
export interface ReplayOptions {
  /** The dead-letter topic. */
  readonly from: string;
  /** Where the messages go. @default to the topic that each came from */
  readonly to?: string;
  /** The group whose commits say how far replays have come; filters see only what it has not passed yet. @default `{from}.replay` */
  readonly groupId?: string;
  /** Which ones are replayed; the others are passed over. @default all */
  readonly filter?: (letter: DeadLetter) => boolean | Promise<boolean>;
  /** Reads and reports; sends and commits nothing. @default false */
  readonly dryRun?: boolean;
  /** Messages that are replayed at most. @default no limit */
  readonly limit?: number;
  /** Messages a second at most. @default as fast as it goes */
  readonly rate?: number;
  /** A message that was replayed so often and failed again is left where it is. @default 3 */
  readonly maxReplays?: number;
  /** Ends the replay after the message that is at work. @default nothing */
  readonly signal?: AbortSignal;
  /** Told of each letter and of what became of it. What it throws is contained. @default nothing */
  readonly onLetter?: (letter: DeadLetter, outcome: LetterOutcome) => void;
  readonly tracing?: TracingOptions;
  /** Of kafkajs. */
  readonly consumer?: Omit<ConsumerConfig, 'groupId'>;
  readonly producer?: ProducerConfig;
}

/**
 * What became of a dead letter:
 * - `replayed`: sent again, or would have been in a dry run
 * - `filtered`: `filter` said no
 * - `looping`: it was replayed `maxReplays` times already
 * - `homeless`: it does not say where it came from, and there is no `to`
 */
export type LetterOutcome = 'replayed' | 'filtered' | 'looping' | 'homeless';

/** What a replay did. */
export interface ReplayReport extends Readonly<Record<LetterOutcome, number>> {
  /** Whether it came to what was the topic's end when it began. */
  readonly ended: 'at the end' | 'at the limit' | 'aborted';
  readonly dryRun: boolean;
  readonly durationMs: number;
  /** Of the replay's own span; `undefined` without an SDK. */
  readonly traceId: string | undefined;
}

const anObject: Rule = { must: 'an object of options', accepts: (value) => typeof value === 'object' && value !== null };
const rules: Readonly<Record<keyof ReplayOptions, Rule>> = {
  from: text,
  to: text,
  groupId: text,
  filter: aFunction,
  dryRun: oneOf(true, false),
  limit: wholeNumber('messages', 1),
  rate: { must: 'a number of messages a second above 0', accepts: (value) => Number.isFinite(value) && (value as number) > 0 },
  maxReplays: wholeNumber('replays', 1),
  signal: { must: 'an AbortSignal', accepts: (value) => value instanceof AbortSignal },
  onLetter: aFunction,
  tracing: anObject,
  consumer: anObject,
  producer: anObject,
};

/** The options of a replay, with their defaults. */
export type CheckedReplay = ReplayOptions & Required<Pick<ReplayOptions, 'groupId' | 'dryRun' | 'limit' | 'maxReplays' | 'tracing'>>;

/** @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function checkReplay(options: ReplayOptions): CheckedReplay {
  checkOptions('replay', options, rules);
  const { from, to } = options;
  if (from === undefined) throw new KafkaTracingError('invalid_option', 'replay needs "from": the name of a dead-letter topic.');
  if (to === from)
    throw new KafkaTracingError('invalid_option', 'replay cannot write into the topic that it reads: "to" must be another than "from".');
  checkProducerOptions(options.tracing ?? {});
  return {
    ...options,
    groupId: options.groupId ?? `${from}.replay`,
    dryRun: options.dryRun ?? false,
    limit: options.limit ?? Infinity,
    maxReplays: options.maxReplays ?? 3,
    tracing: options.tracing ?? {},
  };
}
