import { Kafka, logLevel } from 'kafkajs';

/** Creates topics by their numbers of partitions, and waits until these have leaders. */
export async function createTopics(brokers: string[], topics: Readonly<Record<string, number>>): Promise<void> {
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const wanted = Object.entries(topics).map(([topic, numPartitions]) => ({ topic, numPartitions }));
  if (wanted.length > 0) await admin.createTopics({ topics: wanted, waitForLeaders: true });
  await admin.disconnect();
}
