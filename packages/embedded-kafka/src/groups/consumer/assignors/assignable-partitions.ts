/** A topic as groups see it. */
export interface AssignableTopic {
  readonly name: string;
  readonly id: string;
  readonly partitions: { readonly length: number };
}

/** The topics of the cluster as groups see them. */
export interface AssignableTopics {
  get(name: string): AssignableTopic | undefined;
  getById(id: string): AssignableTopic | undefined;
  list(): AssignableTopic[];
}

/** A partition of a topic by the topic's id, as text, so that it can be in sets: a topic that is created again has others. */
export type PartitionKey = `${string}/${number}`;

/** Partitions as the consumer protocol lists them. */
export interface TopicIdPartitions {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

export function partitionKey(topicId: string, partition: number): PartitionKey {
  return `${topicId}/${partition}`;
}

/** Partitions in a list as they are in a set. */
export function keysOf(topics: readonly TopicIdPartitions[]): Set<PartitionKey> {
  return new Set(topics.flatMap(({ topicId, partitions }) => partitions.map((partition) => partitionKey(topicId, partition))));
}

/** Partitions in a set as they are in a list, in order. */
export function byTopic(keys: Iterable<PartitionKey>): TopicIdPartitions[] {
  const topics = new Map<string, number[]>();
  for (const key of keys) {
    const at = key.lastIndexOf('/');
    const topicId = key.slice(0, at);
    const partitions = topics.get(topicId) ?? [];
    topics.set(topicId, partitions);
    partitions.push(Number(key.slice(at + 1)));
  }
  return Array.from(topics, ([topicId, partitions]) => ({ topicId, partitions: partitions.sort((a, b) => a - b) }));
}
