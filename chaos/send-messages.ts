import type { Kafka } from 'kafkajs';
import type { SentMessage } from './message.ts';

// As many in a request.
const most = 1_000;

/**
 * Writes the messages, each partition's in order, acknowledged by all replicas in sync.
 *
 * @param clockSkew how far their timestamps are from now, in milliseconds
 */
export async function sendMessages(kafka: Kafka, topic: string, sent: readonly SentMessage[], clockSkew: number): Promise<void> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (let first = 0; first < sent.length; first += most) {
      const messages = sent.slice(first, first + most).map(({ key, partition, index, fate, work }) => ({
        key,
        partition,
        value: JSON.stringify({ index, fate, work }),
        timestamp: String(Date.now() + clockSkew),
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
