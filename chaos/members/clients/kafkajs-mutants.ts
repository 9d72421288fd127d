import type { Admin, Consumer, EachBatchPayload, Kafka, OffsetsByTopicPartition, Producer } from 'kafkajs';
import type { Mutant } from '../mutants.ts';

/** The part of kafkajs' `Kafka` that makes clients. */
type KafkaClients = Pick<Kafka, 'admin' | 'consumer' | 'producer'>;

/** Clients that make the errors of a mutant, whatever `subscribe` asks of them. */
export function mutated(clients: KafkaClients, mutant: Mutant | undefined): KafkaClients {
  switch (mutant) {
    case 'commit-first':
      return { ...clients, consumer: (config) => withBatches(clients.consumer(config), commitFirst) };
    case 'metadata-lies':
      return { ...clients, consumer: (config) => withBatches(clients.consumer(config), lieAbove) };
    case 'keys-ignored':
      return { ...clients, consumer: (config) => withBatches(clients.consumer(config), ignoreKeys) };
    case 'dead-letters-skipped':
      return { ...clients, producer: (config) => withoutErrors(clients.producer(config)) };
    case 'clusters-alike':
      return { ...clients, admin: (config) => withoutName(clients.admin(config)) };
    case 'spans-open':
    case undefined:
      return clients;
  }
}

type Mistake = (payload: EachBatchPayload) => EachBatchPayload | Promise<EachBatchPayload>;

function withBatches(consumer: Consumer, mistake: Mistake): Consumer {
  return {
    ...consumer,
    run: (config) => consumer.run({ ...config, eachBatch: async (payload) => config?.eachBatch?.(await mistake(payload)) }),
  };
}

async function commitFirst(payload: EachBatchPayload): Promise<EachBatchPayload> {
  const { topic, partition } = payload.batch;
  const offset = String(BigInt(payload.batch.lastOffset()) + 1n);
  await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
  return payload;
}

function lieAbove(payload: EachBatchPayload): EachBatchPayload {
  const lying = ({ topics }: OffsetsByTopicPartition): OffsetsByTopicPartition => ({
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((position) => ({ ...position, metadata: lie(position) })),
    })),
  });
  return { ...payload, commitOffsetsIfNecessary: (offsets) => payload.commitOffsetsIfNecessary(offsets && lying(offsets)) };
}

/** The log as the engine wrote it, and one record more. */
function lie(position: object): string {
  const { metadata } = position as { readonly metadata?: string };
  return `${(metadata ?? '').split(' ').slice(0, 3).join(' ')} 1+0`;
}

function ignoreKeys(payload: EachBatchPayload): EachBatchPayload {
  // Each gets a key of its own: messages without a key would share one queue.
  const messages = payload.batch.messages.map((message) => ({ ...message, key: Buffer.from(message.offset) }));
  return { ...payload, batch: Object.create(payload.batch, { messages: { value: messages } }) as EachBatchPayload['batch'] };
}

function withoutName(admin: Admin): Admin {
  return { ...admin, describeCluster: async () => ({ ...(await admin.describeCluster()), clusterId: 'any' }) };
}

function withoutErrors(producer: Producer): Producer {
  return { ...producer, send: (record) => producer.send(record).catch(() => []) };
}
