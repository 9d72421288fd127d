import { Partitioners, type ICustomPartitioner } from 'kafkajs';

/**
 * kafkajs' default partitioner, which is Java's, in time proportional to the length of the key. kafkajs (2.2.4) computes the hash with an
 * integer that grows with the key, in time proportional to the square: a single message could occupy the process for minutes.
 */
export const keyPartitioner: ICustomPartitioner = () => {
  const byDefault = Partitioners.DefaultPartitioner();
  return (args) => {
    const { key, partition } = args.message;
    if (key === null || key === undefined || (partition !== null && partition !== undefined)) return byDefault(args);
    return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % args.partitionMetadata.length;
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
