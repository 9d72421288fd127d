import type { GroupDescription } from 'kafkajs';
import type { MemberDescription } from '../port/admin.ts';

// Bytes of the version, of an array's count and of a text's length.
const [ofVersion, ofCount, ofLength] = [2, 4, 2];

/** A group as kafkajs (2.2.4) describes it, and the topics of its members, of which kafkajs hands over the bytes. */
export function withTopics(group: GroupDescription): GroupDescription & { members: MemberDescription[] } {
  // Members of other protocols, as Kafka Connect's workers are, write other bytes.
  const isOfConsumers = group.protocolType === 'consumer';
  const members = group.members.map((member) => ({
    ...member,
    topics: isOfConsumers ? subscribedTopics(member.memberMetadata) : undefined,
  }));
  return { ...group, members };
}

/**
 * The topics that a member of the classic protocol subscribes to: Kafka's `ConsumerProtocolSubscription`, of which every version begins
 * with its number and the topics. Never throws.
 *
 * @param metadata empty while the group rebalances
 * @returns `undefined`: the bytes do not tell
 */
export function subscribedTopics(metadata: Buffer): readonly string[] | undefined {
  try {
    const topics: string[] = [];
    let at = ofVersion + ofCount;
    for (let left = metadata.readInt32BE(ofVersion); left > 0; left--) {
      const start = at + ofLength;
      at = start + metadata.readUInt16BE(at);
      if (at > metadata.length) return undefined;
      topics.push(metadata.toString('utf8', start, at));
    }
    return topics;
  } catch {
    // They end too early.
    return undefined;
  }
}
