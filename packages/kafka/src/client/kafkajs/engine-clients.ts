import type { ConsumerConfig, Kafka, ProducerConfig } from 'kafkajs';
import { hasMethods } from '../../core/option-rules.ts';
import type { EngineAdapter } from '../port/engine-clients.ts';
import type { MemberConfig } from '../port/group-member.ts';
import { bareFactories } from '../port/registration.ts';
import { ConsumerRestart } from './consumer-restart.ts';
import { KafkajsMember } from './group-member.ts';
import { patientAdmin } from './patient-admin.ts';

/** The part of kafkajs' `Kafka` that makes clients. */
export type KafkaClients = Pick<Kafka, 'admin' | 'consumer' | 'producer'>;

// A drain waits for the fetch in flight; Java's consumer has the same default.
const longestFetch = 500;

// Milliseconds after which topics are checked again: for added partitions, and topics that were created again.
const metadataMaxAge = 30_000;

/** The `Kafka` of kafkajs, and whatever has its shape. */
export const kafkajsEngine: EngineAdapter = {
  fits: (client) => hasMethods(client, 'admin', 'consumer', 'producer'),
  clients(client) {
    const kafka = client as KafkaClients;
    return {
      admin: () => patientAdmin(kafka.admin()),
      producer: (options) =>
        bareFactories(kafka).producer({
          allowAutoTopicCreation: false,
          metadataMaxAge,
          createPartitioner: asTold,
          ...(options as ProducerConfig),
        }),
      member: (config) => memberOf(kafka, config),
    };
  },
};

function memberOf(kafka: KafkaClients, { groupId, concurrency, options }: MemberConfig): KafkajsMember {
  const config: Omit<ConsumerConfig, 'groupId'> = {
    maxWaitTimeInMs: longestFetch,
    metadataMaxAge,
    // A consumer that created a missing topic would create it with other settings than the delivery topics get.
    allowAutoTopicCreation: false,
    ...options,
  };
  const restart = new ConsumerRestart(config.retry);
  const consumer = bareFactories(kafka).consumer({ ...config, retry: restart.retry, groupId });
  return new KafkajsMember(consumer, restart, options, concurrency);
}

/** Every record has its partition: the partitioner does nothing else. */
function asTold(): (args: { readonly message: { readonly partition?: number } }) => number {
  return ({ message }) => message.partition ?? 0;
}
