/** What a handler does with a record: it stands in the record's value. */
export type Fate =
  | 'fine'
  /** Fails at its first attempt. */
  | 'flaky'
  /** Fails at every attempt. */
  | 'poison'
  /** Waits for its signal and rejects then; fine once the plan is over. */
  | 'hangs'
  /** Ignores its signal for a while and ends well. */
  | 'deaf'
  /** Takes some milliseconds, so that records are in flight when something happens. */
  | 'slow';

/** A record that a plan sends. */
export interface PlannedRecord {
  /** One of a few. */
  readonly key: number;
  readonly fate: Fate;
  /** `null`: a header without a value, as clients of other languages write it. */
  readonly header: 'none' | 'text' | 'null';
}

/** How the group and its topics are set up. */
export interface Setup {
  readonly brokers: number;
  /** The partition count of each source topic. */
  readonly partitions: readonly number[];
  readonly fromBeginning: boolean;
  /** Keys, and partitions, that a member handles at the same time. */
  readonly keys: number;
  readonly partitionsAtOnce: number;
  readonly attempts: number;
  readonly deadLetter: boolean;
  readonly retryTopics: 'none' | 'relaxed' | 'strict';
  readonly circuitBreaker: boolean;
  /** Milliseconds. */
  readonly commitInterval: number;
}

/**
 * What happens, one after the other. Numbers that name a topic, a partition or a member are taken modulo what there is then, so
 * that a step keeps its meaning when others are taken out.
 */
export type Step =
  | { readonly do: 'send'; readonly topic: number; readonly partition: number; readonly records: readonly PlannedRecord[] }
  | { readonly do: 'send-aborted'; readonly topic: number; readonly partition: number; readonly count: number }
  | { readonly do: 'join' }
  | { readonly do: 'drain'; readonly member: number; readonly grace: number; readonly timeout: number; readonly awaited: boolean }
  | { readonly do: 'kill'; readonly member: number }
  | { readonly do: 'wait-for'; readonly what: 'all-done' | 'in-flight' | 'blocked' }
  | { readonly do: 'release' }
  | { readonly do: 'pause'; readonly member: number }
  | { readonly do: 'resume'; readonly member: number };

/** A set-up and what happens in it. */
export interface Plan {
  readonly setup: Setup;
  readonly steps: readonly Step[];
}
