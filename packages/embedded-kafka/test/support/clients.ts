import { type Consumer, type EachMessagePayload, Kafka, logLevel, Partitioners, type Producer, type RetryOptions } from 'kafkajs';
import type { EmbeddedKafka } from '../../src/index.ts';

/** A kafkajs client that retries at once. */
export function kafkajs(kafka: EmbeddedKafka, retry: RetryOptions = {}): Kafka {
  return new Kafka({
    clientId: 'test',
    brokers: kafka.brokers,
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 20, ...retry },
  });
}

/** A connected producer; `stops` receives the function that disconnects it. */
export async function producerOf(client: Kafka, stops: (() => Promise<void>)[]): Promise<Producer> {
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  stops.push(() => producer.disconnect());
  await producer.connect();
  return producer;
}

/** A running consumer; `stops` receives the function that disconnects it. */
export async function consumerOf(
  client: Kafka,
  { groupId, topic, onMessage }: { groupId: string; topic: string; onMessage: (payload: EachMessagePayload) => void },
  stops: (() => Promise<void>)[],
): Promise<Consumer> {
  const consumer = client.consumer({ groupId, sessionTimeout: 6000, heartbeatInterval: 50, rebalanceTimeout: 6000, maxWaitTimeInMs: 50 });
  stops.push(() => consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const joined = new Promise<void>((resolve) => {
    const stop = consumer.on('consumer.group_join', () => {
      stop();
      resolve();
    });
  });
  await consumer.run({
    eachMessage: async (payload) => onMessage(payload),
  });
  await joined;
  return consumer;
}
