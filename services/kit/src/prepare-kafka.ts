import type { Kafka } from 'kafkajs';

/** What a service needs of its broker before it starts. */
export interface KafkaNeeds {
  readonly topics: readonly string[];
  /** Groups that it is going to join. */
  readonly groups: readonly string[];
}

/**
 * Creates missing topics, 3 partitions each, and returns when their partitions have leaders and the groups a
 * coordinator: a broker that has just started has none yet, and kafkajs' consumers end with an error then. Two services may do so at
 * the same time.
 */
export async function prepareKafka(kafka: Kafka, { topics, groups }: KafkaNeeds): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({ waitForLeaders: true, topics: topics.map((topic) => ({ topic, numPartitions: 3 })) });
    await admin.describeGroups([...groups]);
  } finally {
    await admin.disconnect();
  }
}
