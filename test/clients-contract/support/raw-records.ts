import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';

/** A record as it is in its topic. */
export interface RawRecord {
  readonly key: string | null;
  readonly value: string | null;
  /** A header without a value is null. */
  readonly headers: Readonly<Record<string, string | null | readonly (string | null)[]>>;
}

/** The records of a topic, read by a bare client, as soon as there are `count`. */
export async function readRaw(brokers: string[], groupId: string, topic: string, count: number): Promise<readonly RawRecord[]> {
  const consumer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  const messages: KafkaMessage[] = [];
  const { promise: complete, resolve } = Promise.withResolvers<void>();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      if (messages.push(message) === count) resolve();
    },
  });
  await complete;
  await consumer.disconnect();
  return messages.map(({ key, value, headers = {} }) => ({
    key: text(key),
    value: text(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, each]) => [name, Array.isArray(each) ? each.map(text) : text(each)])),
  }));
}

function text(bytes: Buffer | string | null | undefined): string | null {
  return bytes === null || bytes === undefined ? null : String(bytes);
}
