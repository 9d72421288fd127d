import type { ConsumerConfig, Kafka, Producer, ProducerConfig } from 'kafkajs';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import { hasMethods } from '../../core/option-rules.ts';
import { keyPartitioner } from '../port/key-partitioner.ts';
import type { EngineAdapter } from '../port/engine-clients.ts';
import type { MemberConfig } from '../port/group-member.ts';
import { bareFactories } from '../port/registration.ts';
import { assignToReaders } from './assign-to-readers.ts';
import { ConsumerRestart } from './consumer-restart.ts';
import { KafkajsMember } from './group-member.ts';
import { patientAdmin } from './patient-admin.ts';
import { withHighWatermarks } from './uncommitted-admin.ts';

/** The `Kafka` of kafkajs, `new Kafka(…)`: the part of it that makes clients. */
export interface KafkaClients {
  admin(): object;
  consumer(config: object): object;
  producer(config?: object): object;
}

// A drain waits for the fetch in flight; Java's consumer has the same default.
const longestFetch = 500;

// Milliseconds after which topics are checked again: for added partitions, and topics that were created again.
const metadataMaxAge = 30_000;

// A new transaction may wait some milliseconds for the end of the last one, and one more retry gets past a leader that has moved.
const retryOfTransactions = { initialRetryTime: 10, retries: 5 };

/** The `Kafka` of kafkajs, and whatever has its shape. */
export const kafkajsEngine: EngineAdapter = {
  fits: (client) => hasMethods(client, 'admin', 'consumer', 'producer'),
  clients(client, taker) {
    const kafka = client as Pick<Kafka, 'admin' | 'consumer' | 'producer'>;
    return {
      admin: () => withHighWatermarks(patientAdmin(kafka.admin()), kafka),
      producer: (options) => producerOf(kafka, options),
      // It writes what it is given at once into one request for each leader.
      orderedProducer: (options, retries) => producerOf(kafka, { retry: { retries }, ...options }),
      transactionalProducer: (options, transactionalId) => producerOf(kafka, { retry: retryOfTransactions, ...options, transactionalId }),
      member: (config) => memberOf(taker, kafka, config),
    };
  },
};

function producerOf(kafka: Pick<Kafka, 'producer'>, options: ProducerConfig): Producer {
  const defaults = { allowAutoTopicCreation: false, metadataMaxAge, createPartitioner: keyPartitioner };
  return bareFactories(kafka).producer({ ...defaults, ...options });
}

/**
 * @param taker the function that the error names
 * @throws {KafkaTracingError} `invalid_option`: its offsets would lie behind the end of the log as the admin client tells it
 */
function memberOf(
  taker: string,
  kafka: Pick<Kafka, 'consumer'>,
  { groupId, concurrency, sessionTimeout, options }: MemberConfig,
): KafkajsMember {
  const given: Omit<ConsumerConfig, 'groupId'> = { ...(sessionTimeout !== undefined && { sessionTimeout }), ...options };
  if (given.readUncommitted === true)
    throw new KafkaTracingError('invalid_option', `${taker} needs consumer.readUncommitted to be false: it reads what is committed.`);
  const config: Omit<ConsumerConfig, 'groupId'> = {
    maxWaitTimeInMs: longestFetch,
    metadataMaxAge,
    // A consumer that created a missing topic would create it with other settings than the delivery topics get.
    allowAutoTopicCreation: false,
    partitionAssigners: [assignToReaders((topics) => member.unassigned(topics))],
    ...given,
  };
  const restart = new ConsumerRestart(config.retry);
  const consumer = bareFactories(kafka).consumer({ ...config, retry: restart.retry, groupId });
  const member: KafkajsMember = new KafkajsMember(consumer, restart, given, concurrency);
  return member;
}
