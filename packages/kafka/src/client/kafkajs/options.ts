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
  readonly partitionAssigners?: readonly ((config: never) => object)[];
  readonly metadataMaxAge?: number;
  readonly sessionTimeout?: number;
  readonly rebalanceTimeout?: number;
  readonly heartbeatInterval?: number;
  readonly maxBytesPerPartition?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  readonly maxWaitTimeInMs?: number;
  readonly retry?: KafkajsRetryOptions;
  readonly allowAutoTopicCreation?: boolean;
  readonly maxInFlightRequests?: number;
  readonly readUncommitted?: boolean;
  readonly rackId?: string;
}

/** The options of kafkajs' producer, as its `ProducerConfig` has them; milliseconds. */
export interface KafkajsProducerOptions {
  readonly createPartitioner?: Partitioner;
  readonly retry?: KafkajsRetryOptions;
  readonly metadataMaxAge?: number;
  readonly allowAutoTopicCreation?: boolean;
  readonly idempotent?: boolean;
  readonly transactionalId?: string;
  readonly transactionTimeout?: number;
  readonly maxInFlightRequests?: number;
}
