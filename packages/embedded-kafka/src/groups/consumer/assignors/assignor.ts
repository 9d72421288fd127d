import type { PartitionKey } from './assignable-partitions.ts';

/** A member as an assignor sees it. */
export interface Subscriber {
  readonly memberId: string;
  readonly instanceId: string | null;
  /** The ids of the topics that it subscribes to and that exist. */
  readonly topicIds: ReadonlySet<string>;
}

/** What an assignor decides on. */
export interface AssignmentInput {
  readonly subscribers: readonly Subscriber[];
  /** The number of partitions of each topic that a member subscribes to, by its id. */
  readonly partitionCounts: ReadonlyMap<string, number>;
  /** The assignment until now, by member id. */
  readonly current: ReadonlyMap<string, ReadonlySet<PartitionKey>>;
}

/** The partitions of each member, by member id. */
export type Assignment = Map<string, Set<PartitionKey>>;

/** Gives each partition to one of the members that subscribe to its topic. */
export type Assignor = (input: AssignmentInput) => Assignment;
