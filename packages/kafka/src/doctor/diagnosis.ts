import type { RecordPlace } from './records/seen-record.ts';

/** What `diagnose` found. */
export interface Diagnosis {
  /**
   * Whether nothing was found, all partitions were read to their end, and nothing cut it short. With a back end it must have been asked
   * for a trace, too.
   */
  readonly healthy: boolean;
  /** Whether the signal ended it before it had read, and asked for, everything. */
  readonly partial: boolean;
  /** How many records were read. */
  readonly records: number;
  /** In the order of their names. */
  readonly topics: readonly TopicDiagnosis[];
}

/** What was found in one topic. */
export interface TopicDiagnosis {
  readonly topic: string;
  readonly partitions: number;
  /** Partitions that could not be read to their end, mostly because the broker gave no records of them, or the account may not read them. */
  readonly unreadPartitions: number;
  readonly records: number;
  /** Records that carry a context of the last hop. */
  readonly withContext: number;
  /** Records by what wrote their trace headers, as far as they tell. */
  readonly senders: Readonly<Record<string, number>>;
  /** Records by the formats of their contexts, as `b3` or `b3, w3c`. */
  readonly formats: Readonly<Record<string, number>>;
  /** How many of its traces the back end was asked for; absent where there is none, or its turn did not come. */
  readonly tracesAsked?: number;
  /** What is wrong, in the order of the rules. */
  readonly findings: readonly Finding[];
}

/** Something that is wrong with the records of a topic. */
export interface Finding {
  /** The id of the rule: docs/doctor.md has them all. */
  readonly rule: string;
  readonly title: string;
  /** How many records show it. */
  readonly records: number;
  /** Of how many records: those that were read; of a rule that goes by a back end, those that this was asked about. */
  readonly of: number;
  /** `records` of `of`, from 0 to 1. */
  readonly share: number;
  /** What it does to the trace. */
  readonly effect: string;
  /** What to change. */
  readonly fix: string;
  /** Software in which it was seen, with versions. */
  readonly causes: string | undefined;
  /** The page and heading of the docs, as `headers.md#limits`. */
  readonly docs: string;
  /** Three records at most. */
  readonly examples: readonly FindingExample[];
}

/** A record that shows a finding. */
export interface FindingExample extends RecordPlace {
  /** What was seen, in a few words. */
  readonly seen: string;
  /** The value that shows it; absent with `redact`. */
  readonly value?: string;
  /** At most 128 bytes; absent with `redact`, and where the rule looks at the topic as a whole. */
  readonly key?: Buffer | null;
}
