import type { Consumer, ConsumerConfig, ConsumerRunConfig, EachBatchHandler, EachMessageHandler, Message } from 'kafkajs';
import type { ConsumerOptions } from '../../../src/telemetry/options.ts';
import { wrapConsumer } from '../../../src/consumer/wrap-consumer.ts';
import type { TestKafka } from './kafka.ts';

/** How a consumer of a test differs from the usual one. */
export interface Consumption {
  readonly client?: Partial<ConsumerConfig>;
  readonly options?: ConsumerOptions;
  readonly run?: Partial<ConsumerRunConfig>;
}

/** A wrapped consumer that reads `topic` from its beginning; it retries soon, and often, when a handler fails. */
async function consume(
  kafka: TestKafka,
  topic: string,
  config: ConsumerRunConfig,
  { client, options, run }: Consumption = {},
): Promise<Consumer> {
  const consumer = wrapConsumer(await kafka.consumer({ retry: { initialRetryTime: 50, retries: 10 }, ...client }), options);
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ ...config, ...run });
  return consumer;
}

export function consumeEach(kafka: TestKafka, topic: string, eachMessage: EachMessageHandler, how?: Consumption): Promise<Consumer> {
  return consume(kafka, topic, { eachMessage }, how);
}

export function consumeBatches(kafka: TestKafka, topic: string, eachBatch: EachBatchHandler, how?: Consumption): Promise<Consumer> {
  return consume(kafka, topic, { eachBatch }, how);
}

/** Produces with a bare producer: one record batch, which one fetch returns as one batch. */
export async function produce(kafka: TestKafka, topic: string, messages: Message[]): Promise<void> {
  await (await kafka.producer()).send({ topic, messages });
}

/** @returns the offset that a group has committed for partition 0; `-1` where it has committed nothing */
export async function committedOffset(kafka: TestKafka, groupId: string, topic: string): Promise<string | undefined> {
  const admin = kafka.client().admin();
  await admin.connect();
  // kafkajs has brokers only once it has asked for a topic.
  await admin.fetchTopicOffsets(topic);
  const [entry] = await admin.fetchOffsets({ groupId, topics: [topic] });
  await admin.disconnect();
  return entry?.partitions[0]?.offset;
}
