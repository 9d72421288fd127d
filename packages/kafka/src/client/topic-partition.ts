/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The place of a record. For a scheduled retry it is in the retry topic. */
export interface TopicPartitionOffset extends TopicPartition {
  /** Decimal. */
  readonly offset: string;
}

/** One text for each partition: topic names have no slash. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
