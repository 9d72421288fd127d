import { mostPlaces, type RecordPlace, type SeenRecord } from '../records/seen-record.ts';
import type { TopicSummary } from './topic-summary.ts';

/** What a rule noticed. */
export interface Observation {
  /** In a few words, without a value of the record. */
  readonly seen: string;
  /** The value of a header that shows it. */
  readonly value?: string | undefined;
}

/** A fault that records show, and its fix. */
interface About {
  /** Stable: what programs, filters and the docs name it by. */
  readonly id: string;
  /** What is wrong, as a sentence. */
  readonly title: string;
  /** What it does to the trace. */
  readonly effect: string;
  /** What to change. */
  readonly fix: string;
  /** Software in which it was seen, with versions. */
  readonly causes?: string;
  /** A page of the docs with its heading. */
  readonly docs: string;
}

/** Looks at one record. */
export interface RecordRule extends About {
  readonly of: 'record';
  readonly inspect: (record: SeenRecord) => Observation | undefined;
}

/** What a rule says of a topic as a whole. */
interface TopicObservation extends Observation {
  /** How many records show it. */
  readonly records: number;
  /** Of how many, where it looked at some of the records only. @default all that were read */
  readonly of?: number;
  /** Some of them. */
  readonly places: readonly RecordPlace[];
}

/** Looks at a topic when all of its records were read. */
export interface TopicRule extends About {
  readonly of: 'topic';
  readonly inspect: (topic: TopicSummary) => TopicObservation | undefined;
}

export type Rule = RecordRule | TopicRule;

/**
 * What a rule says of a topic where there are records that show it.
 *
 * @param of how many there are that it looked at
 * @param seen called where there is one
 */
export function found<T extends RecordPlace>(
  records: readonly T[],
  of: number,
  seen: (records: readonly [T, ...T[]]) => string,
): TopicObservation | undefined {
  const [first, ...others] = records;
  if (first === undefined) return undefined;
  const places = records.slice(0, mostPlaces).map(({ partition, offset }) => ({ partition, offset }));
  return { seen: seen([first, ...others]), records: records.length, of, places };
}
