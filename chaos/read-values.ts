import type { Cluster } from './cluster.ts';
import { inTime } from './in-time.ts';

/** The values of all messages that a topic has now. */
export async function readValues(
  { kafka, admin }: Pick<Cluster, 'kafka' | 'admin'>,
  topic: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  const missing = new Map(ends.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high)]));
  const values: string[] = [];
  if (missing.size === 0) return values;
  const consumer = kafka.consumer({ groupId: `${topic}.reader`, maxWaitTimeInMs: 100 });
  const { promise: complete, resolve } = Promise.withResolvers<void>();
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        values.push(String(message.value));
        if (BigInt(message.offset) + 1n === missing.get(partition)) missing.delete(partition);
        if (missing.size === 0) resolve();
      },
    });
    await inTime(complete, { what: `All of ${topic} is read`, signal });
  } finally {
    await consumer.disconnect();
  }
  return values;
}
