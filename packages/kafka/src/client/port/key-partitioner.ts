import { randomInt } from 'node:crypto';
import type { PartitionDescription } from './admin.ts';
import type { OutgoingRecord } from './engine-clients.ts';

/** What a partitioner decides by. */
interface PartitionQuestion {
  readonly topic: string;
  readonly partitionMetadata: PartitionDescription[];
  readonly message: OutgoingRecord;
}

/** Decides about the partitions of records, as kafkajs asks for it: the outer function is called once for each producer. */
export type Partitioner = () => (question: PartitionQuestion) => number;

/**
 * Java's partitioner, which is kafkajs' default: by the key, and in turns without one. It takes time proportional to the length of the key.
 * kafkajs (2.2.4) computes the hash with an integer that grows with the key, in time proportional to the square: a single message could
 * occupy the process for minutes.
 */
export const keyPartitioner: Partitioner = () => {
  const turns = new Map<string, number>();
  return ({ topic, partitionMetadata, message: { key, partition } }) => {
    if (partition !== null && partition !== undefined) return partition;
    const { length } = partitionMetadata;
    if (key !== null && key !== undefined) return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % length;
    // Those that can be written now, beginning anywhere: producers that start together do not all begin at the same one.
    const led = partitionMetadata.filter(({ leader }) => leader >= 0);
    const open = led.length > 0 ? led : partitionMetadata;
    const turn = turns.get(topic) ?? randomInt(Math.max(1, length));
    turns.set(topic, turn + 1);
    return open[turn % open.length]?.partitionId ?? 0;
  };
};

const seed = 0x9747b28c;
const multiplier = 0x5bd1e995;
const blockSize = 4;

/** MurmurHash2, 32 bits, as Kafka's clients compute it. Source: Austin Appleby, public domain. */
function murmur2(data: Buffer): number {
  const end = data.length - (data.length % blockSize);
  let hash = seed ^ data.length;
  for (let at = 0; at < end; at += blockSize) {
    const block = Math.imul(data.readInt32LE(at), multiplier);
    hash = Math.imul(hash, multiplier) ^ Math.imul(block ^ (block >>> 24), multiplier);
  }
  if (end < data.length) hash = Math.imul(hash ^ data.readUIntLE(end, data.length - end), multiplier);
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
}
