/** What a handler does with a record: it is in the record's value. */
export type Fate =
  | 'fine'
  /** Fails at its first attempt. */
  | 'flaky'
  /** Fails at every attempt. */
  | 'poison'
  /** Fails at its first attempt, with an error that stops its partition. */
  | 'stops'
  /** Fails, with an error that skips it. */
  | 'skipped'
  /** Waits for its signal and rejects then; succeeds once the plan is over. */
  | 'hangs'
  /** Ignores its signal for a while and succeeds. */
  | 'deaf'
  /** Takes some milliseconds, so that records are in flight during the steps. */
  | 'slow';

/** A record that a plan sends. */
export interface PlannedRecord {
  /** One of a few. */
  readonly key: number;
  readonly fate: Fate;
  /** `null`: a header without a value, as clients of other languages write it. */
  readonly header: 'none' | 'text' | 'null';
}

/** The set-up of the group and its topics. */
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
 * The steps, one after the other. Numbers that name a topic, a partition or a member are taken modulo the count at that time, so
 * that a step keeps its meaning when others are removed.
 */
export type Step =
  | { readonly do: 'send'; readonly topic: number; readonly partition: number; readonly records: readonly PlannedRecord[] }
  /** In a transaction that is aborted. */
  | { readonly do: 'send-aborted'; readonly topic: number; readonly partition: number; readonly count: number }
  | { readonly do: 'join' }
  | { readonly do: 'drain'; readonly member: number; readonly grace: number; readonly timeout: number; readonly awaited: boolean }
  | { readonly do: 'kill'; readonly member: number }
  | { readonly do: 'pause' | 'resume'; readonly member: number }
  /** On a member that was drained: it must have no effect. */
  | { readonly do: 'resume-drained'; readonly member: number }
  | { readonly do: 'wait-for'; readonly what: 'all-done' | 'in-flight' | 'blocked' }
  /** Ends the handlers that hang. */
  | { readonly do: 'release' }
  /** The brokers reject writes to the retry or dead-letter topics of a source topic, for this many requests. */
  | { readonly do: 'refuse-writes'; readonly topic: number; readonly deliveryTopic: DeliveryTopic; readonly times: number }
  | { readonly do: 'fail-commits'; readonly how: 'refused' | 'answer-lost' | 'request-lost'; readonly times: number }
  /** The brokers stop rejecting and losing requests. */
  | { readonly do: 'heal' }
  /** A member's session expires; the member does not know that yet. */
  | { readonly do: 'expire'; readonly member: number }
  | { readonly do: 'rebalance' }
  /** The brokers refuse fetches until a consumer crashes, and are slow, by milliseconds, when it joins its group again. */
  | { readonly do: 'crash'; readonly joinMs: number }
  /** Unless members run: Kafka rejects it then. */
  | { readonly do: 'delete-group' }
  | { readonly do: 'move-coordinator'; readonly broker: number }
  | { readonly do: 'move-leader'; readonly topic: number; readonly partition: number; readonly broker: number }
  | { readonly do: 'drop-connections'; readonly broker: number }
  /** Deletes a source topic and creates it again, with records immediately. */
  | {
      readonly do: 'recreate';
      readonly topic: number;
      readonly partitions: number;
      /** Milliseconds in which it does not exist. */
      readonly gap: number;
      /** How many records each partition has immediately, compared to before. */
      readonly refill: 'none' | 'fewer' | 'as-many' | 'more';
      /** They are repeated as often as needed. */
      readonly records: readonly PlannedRecord[];
    }
  | { readonly do: 'recreate-delivery-topic'; readonly topic: number; readonly deliveryTopic: DeliveryTopic; readonly partitions: number }
  | { readonly do: 'add-partitions'; readonly topic: number; readonly count: number }
  /** Removes the first records of a partition. */
  | { readonly do: 'delete-records'; readonly topic: number; readonly partition: number; readonly count: number }
  /** Of the brokers' clock, in milliseconds. */
  | { readonly do: 'advance'; readonly ms: number };

/** A retry or dead-letter topic of a source topic. */
export type DeliveryTopic = 'dead-letter' | 'first-retry' | 'last-retry';

/** A set-up and its steps. */
export interface Plan {
  readonly setup: Setup;
  readonly steps: readonly Step[];
}
