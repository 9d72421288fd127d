import type { Admin } from 'kafkajs';
import type { RetrySource } from '../partitions/delivery.ts';

/**
 * Retry topics with the default name that the options no longer name, with records that the group has not handled: removing a delay
 * from the options must not strand the records in its topic.
 *
 * @param prefixes prefixes of the names, by source topic
 * @param delayOf the delay in milliseconds that the suffix of a name stands for; `undefined` when it is no delay
 */
export async function leftoverRetryTopics(
  admin: Admin,
  groupId: string,
  prefixes: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
  delayOf: (name: string) => number | undefined,
): Promise<ReadonlyMap<string, RetrySource>> {
  const candidates = new Map<string, RetrySource>();
  for (const name of await admin.listTopics())
    for (const [topic, prefix] of prefixes) {
      const delay = name.startsWith(prefix) && !known.has(name) ? delayOf(name.slice(prefix.length)) : undefined;
      if (delay !== undefined) candidates.set(name, { topic, delay });
    }
  for (const name of candidates.keys()) if (!(await hasUnhandled(admin, groupId, name))) candidates.delete(name);
  return candidates;
}

async function hasUnhandled(admin: Admin, groupId: string, topic: string): Promise<boolean> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const positions = new Map(committed?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return ends.some(({ partition, low, high }) => {
    const position = positions.get(partition) ?? -1n;
    return (position > BigInt(low) ? position : BigInt(low)) < BigInt(high);
  });
}
