/** Partitions with the name of their topic. */
export interface NamedPartitions {
  readonly topicId: string;
  readonly topicName: string;
  readonly partitions: readonly number[];
}

// Version 0 of both, which every later version begins with, and no user data.
const version = int16(0);
const noUserData = int32(-1);

/** Topics as a member of a classic group writes what it subscribes to. Source: Kafka's `ConsumerProtocolSubscription`. */
export function subscriptionBytes(topics: readonly string[]): Buffer {
  return Buffer.concat([version, int32(topics.length), ...topics.map(text), noUserData]);
}

/** Partitions as the leader of a classic group writes an assignment. Source: Kafka's `ConsumerProtocolAssignment`. */
export function assignmentBytes(topics: readonly NamedPartitions[]): Buffer {
  const bytes = topics.map(({ topicName, partitions }) =>
    Buffer.concat([text(topicName), int32(partitions.length), ...partitions.map(int32)]),
  );
  return Buffer.concat([version, int32(topics.length), ...bytes, noUserData]);
}

/** A text with its length before it. */
function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
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
