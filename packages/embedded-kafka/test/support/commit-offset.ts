import type { EmbeddedKafka } from '../../src/index.ts';
import { ask } from './ask.ts';

/** Commits an offset of partition 0 of a topic, as a consumer without a generation does. */
export async function commitOffset(kafka: EmbeddedKafka, groupId: string, topic: string, committedOffset: number): Promise<void> {
  const { host, port } = await ask(kafka.brokers[0] ?? '', 'FindCoordinator', 3, { key: groupId, keyType: 0 });
  const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: null }];
  await ask(`${host}:${port}`, 'OffsetCommit', 7, { groupId, memberId: '', topics: [{ name: topic, partitions }] });
}
