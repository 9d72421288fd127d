import type { Kafka } from 'kafkajs';
import type { ChaosMessage, SentMessage } from '../judge/message.ts';

/** Writes messages into their partitions. */
export type WriteMessages = typeof sendMessages;

/**
 * Writes the messages, each partition's in order, acknowledged by all in-sync replicas.
 *
 * @param most the most in one request: a fetch of a consumer gets a partition's share of it, or more, but never less
 */
export async function sendMessages(kafka: Kafka, topic: string, sent: readonly SentMessage[], most: number): Promise<void> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (let first = 0; first < sent.length; first += most) {
      // One partition at a time: kafkajs writes a `send` to several brokers twice when leaders change between its retries.
      const batches = Map.groupBy(sent.slice(first, first + most), ({ partition }) => partition);
      for (const [partition, batch] of batches) {
        const messages = batch.map((message) => ({ key: message.key, partition, value: valueOf(topic, message) }));
        const [written] = await producer.send({ topic, acks: -1, messages });
        // The ledger knows messages by their offsets.
        const expected = batch[0]?.offset;
        if (Number(written?.baseOffset) !== expected)
          throw new Error(`Partition ${partition} has ${written?.baseOffset} instead of ${expected}.`);
      }
    }
  } finally {
    await producer.disconnect();
  }
}

/** The value of a message. */
export function valueOf(topic: string, { index, fate, work }: SentMessage): string {
  return JSON.stringify({ topic, index, fate, work } satisfies ChaosMessage);
}
