/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The topic, partition and offset of a record. For a scheduled retry they are those in the retry topic. */
export interface TopicPartitionOffset extends TopicPartition {
  /** Decimal. */
  readonly offset: string;
}

/** A unique text for each partition: topic names have no slash. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
