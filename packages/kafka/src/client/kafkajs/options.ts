import type { Partitioner } from '../port/key-partitioner.ts';

/** How kafkajs tries again; milliseconds. */
interface KafkajsRetryOptions {
  readonly maxRetryTime?: number;
  readonly initialRetryTime?: number;
  readonly factor?: number;
  readonly multiplier?: number;
  readonly retries?: number;
  readonly restartOnFailure?: (error: Error) => Promise<boolean>;
}

/** The options of kafkajs' consumer but its group, as its `ConsumerConfig` has them; milliseconds and bytes. */
export interface KafkajsConsumerOptions {
  /** How the members of the group share the partitions. @default kafkajs' `roundRobin`, of each topic among its readers */
  readonly partitionAssigners?: readonly ((config: never) => object)[];
  /** After how long topics are asked for again, with their new partitions. @default 30_000 */
  readonly metadataMaxAge?: number;
  /** Without a heartbeat for so long, the coordinator gives the partitions to others. @default 30_000 */
  readonly sessionTimeout?: number;
  /** How long a rebalance waits for a member. @default 60_000 */
  readonly rebalanceTimeout?: number;
  /** The time between two heartbeats; less than a third of the session. @default 3_000 */
  readonly heartbeatInterval?: number;
  /** The most that a fetch brings of one partition. @default 1_048_576 */
  readonly maxBytesPerPartition?: number;
  /** What a fetch waits for. @default 1 */
  readonly minBytes?: number;
  /** The most that a fetch brings. @default 10_485_760 */
  readonly maxBytes?: number;
  /** How long a fetch waits for `minBytes`; a drain waits for it, too. @default 500 */
  readonly maxWaitTimeInMs?: number;
  /** How requests are tried again. @default kafkajs' five retries, from 300 ms on */
  readonly retry?: KafkajsRetryOptions;
  /** Whether a topic that is not there is created by asking for it. @default false */
  readonly allowAutoTopicCreation?: boolean;
  /** How many requests wait for a broker's answers at once. @default no limit */
  readonly maxInFlightRequests?: number;
  /** Never: what is handled is compared with the end of what is committed. @default false */
  readonly readUncommitted?: false;
  /** The rack of this process: a replica there is read, where brokers allow it. @default none */
  readonly rackId?: string;
}

/** The options of kafkajs' producer, as its `ProducerConfig` has them; milliseconds. */
export interface KafkajsProducerOptions {
  /** Decides about the partitions of records that name none. @default Java's partitioner, by the key */
  readonly createPartitioner?: Partitioner;
  /** How requests are tried again. @default kafkajs' five retries, from 300 ms on */
  readonly retry?: KafkajsRetryOptions;
  /** After how long topics are asked for again, with their new partitions. @default 30_000 */
  readonly metadataMaxAge?: number;
  /** Whether a topic that is not there is created by a send. @default false */
  readonly allowAutoTopicCreation?: boolean;
  /** Whether the broker drops what a retry has sent twice. @default false */
  readonly idempotent?: boolean;
  /** The name by which the broker fences an earlier producer of transactions. @default none */
  readonly transactionalId?: string;
  /** How long the broker keeps a transaction open. @default 60_000 */
  readonly transactionTimeout?: number;
  /** How many requests wait for a broker's answers at once. @default no limit */
  readonly maxInFlightRequests?: number;
}
