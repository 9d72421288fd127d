import type { Kafka } from 'kafkajs';

/** What a service needs of its broker before it starts. */
export interface KafkaNeeds {
  readonly topics: readonly string[];
  /** Groups that it is going to join. */
  readonly groups: readonly string[];
}

/**
 * Creates missing topics, 3 partitions each, and returns when the leaders of their partitions answer and the groups have a
 * coordinator; kafkajs' consumers end with an error without. Rejects while that is not so, as a broker that has just started, or a topic
 * that has just been created, may take its time: call it by `untilUp`. Two services may do so at the same time.
 */
export async function prepareKafka(kafka: Kafka, { topics, groups }: KafkaNeeds): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({ waitForLeaders: false, topics: topics.map((topic) => ({ topic, numPartitions: 3 })) });
    // Asks the leader of each partition, also of topics that were there.
    for (const topic of topics) await admin.fetchTopicOffsets(topic);
    await admin.describeGroups([...groups]);
  } finally {
    await admin.disconnect();
  }
}
