import type { Cluster } from '../brokers/cluster.ts';
import { inTime } from '../brokers/in-time.ts';
import { until } from '../brokers/until.ts';

/** A record of a topic. */
export interface ReadRecord {
  readonly partition: number;
  readonly offset: number;
  readonly value: string | null;
  /** As text. */
  readonly headers: Readonly<Record<string, string>>;
}

/** All records of a topic; those of a partition in order. */
export async function readRecords(
  { kafka, admin }: Pick<Cluster, 'kafka' | 'admin'>,
  topic: string,
  signal: AbortSignal,
): Promise<readonly ReadRecord[]> {
  const missing = new Map<number, bigint>();
  // The preferred leaders may not lead yet.
  const areEndsKnown = async (): Promise<boolean> => {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) if (low !== high) missing.set(partition, BigInt(high));
    return true;
  };
  await until(areEndsKnown, { what: `Where ${topic} ends is known`, signal });
  const records: ReadRecord[] = [];
  const last = new Map<number, bigint>();
  if (missing.size === 0) return records;
  const consumer = kafka.consumer({ groupId: `${topic}.reader`, maxWaitTimeInMs: 100 });
  const { promise: complete, resolve } = Promise.withResolvers<void>();
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        // Read again when the coordinator has moved.
        if (BigInt(message.offset) <= (last.get(partition) ?? -1n)) return;
        last.set(partition, BigInt(message.offset));
        const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]));
        records.push({ partition, offset: Number(message.offset), value: message.value?.toString() ?? null, headers });
        if (BigInt(message.offset) + 1n === missing.get(partition)) missing.delete(partition);
        if (missing.size === 0) resolve();
      },
    });
    await inTime(complete, { what: `All of ${topic} is read`, signal });
  } finally {
    await consumer.disconnect();
  }
  return records;
}
