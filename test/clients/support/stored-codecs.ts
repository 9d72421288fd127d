import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';

const zeroUuid = '00000000-0000-0000-0000-000000000000';

// The three lowest bits of a batch's attributes, by their values.
const names = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/**
 * The codecs of all batches of a topic as the brokers have them: a client that gave up a codec without a word, as librdkafka
 * before 2.11.1 does when a broker says that it takes Produce from version 3 on only, still delivers everything.
 */
export async function storedCodecs(bootstrap: string, topic: string): Promise<Set<string>> {
  const { topics: described, brokers } = await ask(bootstrap, 'Metadata', 7, {
    topics: [{ name: topic, topicId: zeroUuid }],
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  });
  const addresses = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, `${host}:${port}`]));
  const codecs = new Set<string>();
  for (const { partitionIndex: partition, leaderId } of described[0]?.partitions ?? []) {
    const topics = [{ topic, topicId: zeroUuid, partitions: [{ partition, fetchOffset: 0, partitionMaxBytes: 10_000_000 }] }];
    const request = { maxWaitMs: 0, minBytes: 0, topics, forgottenTopicsData: [] };
    const { responses } = await ask(addresses.get(leaderId) ?? '', 'Fetch', 11, request);
    const records = responses[0]?.partitions[0]?.records ?? Buffer.alloc(0);
    for (const codec of codecsOf(Buffer.isBuffer(records) ? records : Buffer.concat(records))) codecs.add(codec);
  }
  return codecs;
}

/** By the size of each batch, 12 bytes of which are before and in it, and its attributes. */
function codecsOf(records: Buffer): string[] {
  const codecs = [];
  for (let at = 0; at < records.length; at += 12 + records.readInt32BE(at + 8)) {
    const codec = records.readInt16BE(at + 21) & 0b111;
    codecs.push(names[codec] ?? `codec ${codec}`);
  }
  return codecs;
}
