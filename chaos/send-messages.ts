import type { Kafka } from 'kafkajs';
import type { SentMessage } from './message.ts';

/**
 * Writes the messages, each partition's in order, acknowledged by all replicas in sync.
 *
 * @param most as many in a request: a fetch of a consumer gets a partition's share of it, or more, but never less
 */
export async function sendMessages(kafka: Kafka, topic: string, sent: readonly SentMessage[], most: number): Promise<void> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (let first = 0; first < sent.length; first += most) {
      const messages = sent.slice(first, first + most).map(({ key, partition, index, fate, work }) => ({
        key,
        partition,
        value: JSON.stringify({ index, fate, work }),
      }));
      const written = await producer.send({ topic, acks: -1, messages });
      // The ledger knows messages by their offsets.
      for (const { partition, baseOffset } of written) {
        const expected = sent.slice(first).find((message) => message.partition === partition)?.offset;
        if (Number(baseOffset) !== expected) throw new Error(`Partition ${partition} has ${baseOffset} where ${expected} was to be.`);
      }
    }
  } finally {
    await producer.disconnect();
  }
}
