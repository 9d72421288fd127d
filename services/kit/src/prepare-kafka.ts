import type { Kafka } from 'kafkajs';

/**
 * Creates the topics that are not there yet, 3 partitions each, and returns when their partitions have leaders.
 * Two services may do so at the same time.
 */
export async function ensureTopics(kafka: Kafka, topics: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({ waitForLeaders: true, topics: topics.map((topic) => ({ topic, numPartitions: 3 })) });
  } finally {
    await admin.disconnect();
  }
}
