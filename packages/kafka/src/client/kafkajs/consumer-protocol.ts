/** The partitions of one member, by topic. */
export type TopicPartitions = ReadonlyMap<string, readonly number[]>;

// Of the bytes that assignors may add: none.
const noUserData = int32(0);

// Version 0 of both is what kafkajs (2.2.4) writes and reads, and every other client reads.
const version = int16(0);

/** What a member tells the leader of its group: Kafka's `ConsumerProtocolSubscription`, version 0. */
export function encodeSubscription(topics: readonly string[]): Buffer {
  return Buffer.concat([version, array(topics.map(text)), noUserData]);
}

/** What the leader tells a member: Kafka's `ConsumerProtocolAssignment`, version 0. */
export function encodeAssignment(assignment: TopicPartitions): Buffer {
  const topics = [...assignment].map(([topic, partitions]) => Buffer.concat([text(topic), array(partitions.map(int32))]));
  return Buffer.concat([version, array(topics), noUserData]);
}

function array(elements: readonly Buffer[]): Buffer {
  return Buffer.concat([int32(elements.length), ...elements]);
}

/** A `STRING` of Kafka's protocol. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
