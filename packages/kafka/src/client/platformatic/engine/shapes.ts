/** The shapes of `@platformatic/kafka` 2 that the engine's adapter relies on: its public classes, and the requests of its protocol API. */

/** What `import * as library from '@platformatic/kafka'` gives. */
export interface Library {
  readonly Admin: new (options: object) => Admin;
  readonly Consumer: new (options: object) => Consumer;
  readonly Producer: new (options: object) => Producer;
}

/** A request of the protocol API: `offsetCommitV9`, `heartbeatV4`, …, each exported as `{ api }`. */
export interface Api {
  async(connection: unknown, ...request: readonly unknown[]): Promise<unknown>;
}

interface Broker {
  readonly host: string;
  readonly port: number;
}

interface PartitionMetadata {
  /** -1: none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

export interface TopicMetadata {
  readonly id: string;
  readonly partitions: PartitionMetadata[];
}

export interface ClusterMetadata {
  readonly id: string | null;
  readonly brokers: Map<number, Broker>;
  readonly topics: ReadonlyMap<string, TopicMetadata>;
}

interface Client {
  readonly clientId: string;
  readonly currentMetadata?: ClusterMetadata;
  /** `undefined` rejects. */
  readonly connections: { get(broker: Broker | undefined): Promise<unknown>; close(): Promise<void> };
  /** Its list is sorted in place. */
  metadata(options: { topics: string[]; forceUpdate?: boolean; metadataMaxAge?: number }): Promise<ClusterMetadata>;
  listApis(): Promise<readonly { readonly name: string; readonly minVersion: number; readonly maxVersion: number }[]>;
  clearMetadata(): void;
  close(): Promise<void>;
  on(event: string, listener: (payload: never) => void): unknown;
}

interface DescribedMember {
  /** What it subscribes to; `undefined` while the group rebalances. */
  readonly metadata: { readonly topics: readonly string[] } | undefined;
}

export interface Admin extends Client {
  listTopics(options: { includeInternals: boolean }): Promise<string[]>;
  createTopics(options: {
    topics: string[];
    partitions: number;
    replicas: number;
    configs: readonly { name: string; value: string }[];
  }): Promise<unknown>;
  describeConfigs(options: {
    resources: readonly { resourceType: number; resourceName: string; configurationKeys: string[] }[];
    includeSynonyms: boolean;
  }): Promise<
    readonly { readonly resourceName: string; readonly configs: readonly { readonly name: string; readonly value: string | null }[] }[]
  >;
  listOffsets(options: {
    topics: readonly { name: string; partitions: readonly { partitionIndex: number; timestamp: bigint }[] }[];
    isolationLevel: number;
  }): Promise<readonly { readonly partitions: readonly { readonly partitionIndex: number; readonly offset: bigint }[] }[]>;
  listGroups(options: object): Promise<ReadonlyMap<string, unknown>>;
  describeGroups(options: { groups: string[] }): Promise<ReadonlyMap<string, { readonly members: ReadonlyMap<string, DescribedMember> }>>;
  deleteGroups(options: { groups: string[] }): Promise<void>;
  listConsumerGroupOffsets(options: {
    groups: readonly (string | { groupId: string; topics: readonly { name: string; partitionIndexes: number[] }[] })[];
  }): Promise<
    readonly {
      readonly topics: readonly {
        readonly name: string;
        readonly partitions: readonly {
          readonly partitionIndex: number;
          readonly committedOffset: bigint;
          readonly metadata: string | null;
        }[];
      }[];
    }[]
  >;
}

export interface Producer extends Client {
  beginTransaction(options: { producerId: bigint; producerEpoch: number }): Promise<Transaction>;
  send(options: {
    messages: readonly {
      readonly topic: string;
      readonly partition?: number;
      readonly key: Buffer | undefined;
      /** `undefined`: a tombstone. */
      readonly value: Buffer | undefined;
      readonly headers: ReadonlyMap<Buffer, Buffer>;
      readonly timestamp?: bigint;
    }[];
    readonly acks: number;
    readonly compression?: 'gzip';
  }): Promise<{ readonly offsets?: readonly { readonly topic: string; readonly partition: number; readonly offset: bigint }[] }>;
}

interface Transaction extends Pick<Producer, 'send'> {
  commit(): Promise<void>;
  abort(): Promise<void>;
}

interface Assignment {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** A member of a group. Its own fetches are asked for one by one: its streams end with a topic, and commit by themselves. */
export interface Consumer extends Client {
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  readonly generationId: number;
  readonly memberId: string | null;
  readonly assignments: readonly Assignment[] | null;
  /** What the group is told that this member reads. */
  readonly topics: { trackAll(...topics: string[]): unknown };
  joinGroup(options: object): Promise<unknown>;
  /** `null`: not known. */
  readonly coordinatorId: number | null;
  findGroupCoordinator(): Promise<number>;
  listCommittedOffsets(options: { topics: [] }): Promise<unknown>;
  fetch(options: FetchOptions): Promise<FetchResponse>;
  /** @param force also while it joins */
  close(force?: boolean): Promise<void>;
}

export interface FetchOptions {
  readonly node: number;
  readonly maxWaitTime: number;
  readonly topics: readonly {
    readonly topicId: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly currentLeaderEpoch: number;
      readonly fetchOffset: bigint;
      readonly lastFetchedEpoch: number;
      readonly partitionMaxBytes: number;
    }[];
  }[];
}

export interface FetchResponse {
  readonly responses: readonly { readonly topicId: string; readonly partitions: readonly FetchedPartition[] }[];
}

export interface FetchedPartition {
  readonly partitionIndex: number;
  /** 0: none. */
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly logStartOffset: bigint;
  readonly abortedTransactions: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[] | null;
  readonly records?: readonly RecordsBatch[] | null;
}

export interface RecordsBatch {
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
  readonly attributes: number;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  readonly records: readonly BatchRecord[];
}

export interface BatchRecord {
  readonly timestampDelta: bigint;
  readonly offsetDelta: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [Buffer | null, Buffer | null])[];
}
