import { DeliveryHeader } from '@tracelink/kafka/subscribe';
import { readRecords } from './read-records.ts';
import type { ChaosMessage } from '../judge/message.ts';
import type { Scene, Site } from './scene.ts';
import { until } from '../brokers/until.ts';

// What an operator does to the topics of a scene while members run, or between them.

/** Deletes the topic and creates it again at once. */
export async function recreateSource(scene: Scene, partitions: number): Promise<void> {
  const { admin } = scene.cluster;
  await admin.deleteTopics({ topics: [scene.topic] });
  scene.recreated();
  await createTopic(scene, scene.topic, partitions);
  await scene.commits.forgetTopics();
}

/** Deletes the dead-letter topic and all retry topics and creates them again with another number of partitions. */
export async function recreateDeliveryTopics(scene: Scene, partitions: number): Promise<void> {
  await deleteDeadLetterTopic(scene);
  await createTopic(scene, scene.deadLetterTopic, partitions);
  for (const topic of scene.retryTopics) {
    await scene.cluster.admin.deleteTopics({ topics: [topic] });
    await createTopic(scene, topic, partitions);
  }
  await scene.commits.forgetTopics();
}

/** Its content counts; so nothing may be written to it meanwhile. */
export async function deleteDeadLetterTopic(scene: Scene): Promise<void> {
  scene.deletedDeadLetters.push(...(await readDeadLetters(scene)));
  await scene.cluster.admin.deleteTopics({ topics: [scene.deadLetterTopic] });
}

/** The numbers of the messages in the dead-letter topic. */
export async function readDeadLetters({ cluster, topic, sent, deadLetterTopic, signal, say }: Scene): Promise<readonly number[]> {
  const records = await readRecords(cluster, deadLetterTopic, signal);
  const messages = records.map(({ value, headers }): Pick<ChaosMessage, 'topic' | 'index'> | undefined => {
    if (value !== null) return JSON.parse(value) as ChaosMessage;
    // The last resort where a broker refuses a record for its size: a limit may have been raised between two tries.
    const place = `${headers[DeliveryHeader.ORIGINAL_PARTITION]}/${headers[DeliveryHeader.ORIGINAL_OFFSET]}`;
    say(`the dead-letter record of ${place} has no value`);
    const original = sent.findLast(({ partition, offset }) => `${partition}/${offset}` === place);
    return original && { topic: headers[DeliveryHeader.ORIGINAL_TOPIC] ?? '', index: original.index };
  });
  return messages.filter((message) => message?.topic === topic).map((message) => message?.index ?? -1);
}

/** Deletes the group, as soon as its last member's session has expired. */
export async function deleteGroup({ cluster: { admin }, groupId, commits, signal }: Scene): Promise<void> {
  const isDeleted = async (): Promise<boolean> => {
    await admin.deleteGroups([groupId]);
    return true;
  };
  await until(isDeleted, { what: 'The group is deleted', signal });
  await commits.forgetTopics();
}

/** Adds partitions to the topic. */
export async function addPartitions(scene: Scene, count: number): Promise<void> {
  const { admin } = scene.cluster;
  await admin.createPartitions({ topicPartitions: [{ topic: scene.topic, count }] });
  const areThere = async (): Promise<boolean> => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [scene.topic] });
    const leaders = topics[0]?.partitions.filter(({ leader }) => leader >= 0) ?? [];
    return leaders.length === count;
  };
  await until(areThere, { what: `${scene.topic} has ${count} partitions`, signal: scene.signal });
  await scene.commits.forgetTopics();
}

/** Removes all but the last records of each partition. */
export async function shorten(scene: Scene, keep: number): Promise<void> {
  const ends = await scene.cluster.admin.fetchTopicOffsets(scene.topic);
  const lows = new Map(ends.map(({ partition, high }) => [partition, Math.max(0, Number(high) - keep)]));
  await removeBelow(scene.cluster, scene.topic, lows);
  scene.excuse(scene.sent.filter(({ partition, offset }) => offset < (lows.get(partition) ?? 0)));
}

/** Removes the first records of partitions. @param lows by partition, its new log start offset */
export async function removeBelow({ admin }: Site, topic: string, lows: ReadonlyMap<number, number>): Promise<void> {
  // kafkajs removes nothing of a topic whose metadata it has not requested before.
  await admin.fetchTopicOffsets(topic);
  const partitions = [...lows].map(([partition, low]) => ({ partition, offset: String(low) }));
  await admin.deleteTopicRecords({ topic, partitions });
}

async function createTopic({ cluster: { admin }, signal }: Scene, topic: string, numPartitions: number): Promise<void> {
  const isCreated = async (): Promise<boolean> => {
    await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: false });
    return true;
  };
  await until(isCreated, { what: `${topic} is created again`, signal });
}
