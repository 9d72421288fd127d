/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The place of a record: in the events of a subscription, in its health and in what `classify` is told. */
export interface TopicPartitionOffset extends TopicPartition {
  /** Decimal. */
  readonly offset: string;
}

/** One text for each partition: topic names have no slash. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
