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
  /** In a transaction that is aborted. */
  | { readonly do: 'send-aborted'; readonly topic: number; readonly partition: number; readonly count: number }
  | { readonly do: 'join' }
  | { readonly do: 'drain'; readonly member: number; readonly grace: number; readonly timeout: number; readonly awaited: boolean }
  | { readonly do: 'kill'; readonly member: number }
  | { readonly do: 'pause' | 'resume'; readonly member: number }
  /** Of a member that was drained: nothing may come of it. */
  | { readonly do: 'resume-drained'; readonly member: number }
  | { readonly do: 'wait-for'; readonly what: 'all-done' | 'in-flight' | 'blocked' }
  /** Ends the handlers that hang. */
  | { readonly do: 'release' }
  /** The brokers refuse what is written to the companions of a topic, for so many requests. */
  | { readonly do: 'refuse-writes'; readonly topic: number; readonly companion: Companion; readonly times: number }
  | { readonly do: 'fail-commits'; readonly how: 'refused' | 'answer-lost' | 'request-lost'; readonly times: number }
  /** The brokers refuse and lose nothing more. */
  | { readonly do: 'heal' }
  /** A member's session ends; it does not know that yet. */
  | { readonly do: 'expire'; readonly member: number }
  | { readonly do: 'rebalance' }
  /** Unless members run: Kafka refuses it then. */
  | { readonly do: 'delete-group' }
  | { readonly do: 'move-coordinator'; readonly broker: number }
  | { readonly do: 'move-leader'; readonly topic: number; readonly partition: number; readonly broker: number }
  | { readonly do: 'drop-connections'; readonly broker: number }
  /** Deletes a source topic and creates it again, with records at once. */
  | {
      readonly do: 'recreate';
      readonly topic: number;
      readonly partitions: number;
      /** Milliseconds in which it is not there. */
      readonly gap: number;
      /** How many records each partition has at once, beside what it had before. */
      readonly refill: 'none' | 'fewer' | 'as-many' | 'more';
      /** They are repeated as often as it takes. */
      readonly records: readonly PlannedRecord[];
    }
  | { readonly do: 'recreate-companion'; readonly topic: number; readonly companion: Companion; readonly partitions: number }
  | { readonly do: 'add-partitions'; readonly topic: number; readonly count: number }
  /** Removes the first records of a partition. */
  | { readonly do: 'delete-records'; readonly topic: number; readonly partition: number; readonly count: number }
  /** Of the brokers' clock, in milliseconds. */
  | { readonly do: 'advance'; readonly ms: number };

/** A topic beside a source topic: the dead-letter topic, or one of the retry topics. */
export type Companion = 'dead-letter' | 'first-retry' | 'last-retry';

/** A set-up and what happens in it. */
export interface Plan {
  readonly setup: Setup;
  readonly steps: readonly Step[];
}
