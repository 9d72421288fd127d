import type { AdminPort } from '../client/port/admin.ts';
import { DeliveryTopics } from './dead-letter/delivery-topics.ts';
import type { Naming } from './dead-letter/topic-names.ts';
import type { FailureDestinations } from './failure/apply-disposition.ts';
import { retryDelay } from './failure/retry-delays.ts';
import type { RetrySource } from './partitions/delivery.ts';
import { StartingOffsets } from './partitions/starting-offsets.ts';
import type { Settings } from './settings.ts';

/** The knowledge of the group and its topics before the join. */
export interface SubscriptionGroup {
  /** All consumed topics: those of the options, and retry topics. */
  readonly topics: readonly string[];
  readonly retrySources: ReadonlyMap<string, RetrySource>;
  readonly destinations: FailureDestinations;
  readonly clusterId: string;
  readonly start: StartingOffsets;
  /** Creates deleted retry topics again. @throws {KafkaTracingError} `topic_missing`; what the client throws */
  readonly recreateTopics: () => Promise<void>;
}

/** The topics besides those of the options: each naming's, and the consumed retry topics. */
export interface PreparedTopics {
  readonly deliveryTopics: DeliveryTopics;
  readonly deadLetters: ReadonlyMap<string, string> | undefined;
  /** By the name of the delay. */
  readonly retries: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly retrySources: ReadonlyMap<string, RetrySource>;
}

/** Finds or creates retry and dead-letter topics; finds those of earlier options. @throws {KafkaTracingError} as `DeliveryTopics` */
export async function prepareTopics<V>(admin: AdminPort, settings: Settings<V>, makeAdmin: () => AdminPort): Promise<PreparedTopics> {
  const { topics, groupId, retryTopics, deadLetterTopic } = settings;
  const ofRetries = retryTopics.map(({ delay, nameOf }): Naming => ({ kind: 'retry', nameOf, delay: delay.ms }));
  const ofDeadLetters: Naming | undefined = deadLetterTopic && { kind: 'dead-letter', nameOf: deadLetterTopic };
  const deliveryTopics = await DeliveryTopics.prepare(admin, topics, ofDeadLetters ? [...ofRetries, ofDeadLetters] : ofRetries, makeAdmin);
  const retries = new Map(retryTopics.map(({ delay }, index) => [delay.name, deliveryTopics.of(ofRetries[index] as Naming)] as const));
  const retrySources = new Map<string, RetrySource>();
  for (const { delay } of retryTopics)
    for (const [topic, name] of retries.get(delay.name) ?? []) retrySources.set(name, { topic, delay: delay.ms });
  const prefixes = new Map(topics.map((topic) => [topic, `${topic}.${groupId}.retry.`]));
  const known = new Set([...topics, ...retrySources.keys()]);
  const leftover = await leftoverRetryTopics(admin, groupId, prefixes, known);
  for (const [name, source] of leftover) retrySources.set(name, source);
  return { deliveryTopics, deadLetters: ofDeadLetters && deliveryTopics.of(ofDeadLetters), retries, retrySources };
}

/**
 * Retry topics with the default name that the options no longer name, with records that the group has not handled: removing a delay
 * from the options must not strand the records in its topic.
 *
 * @param prefixes prefixes of the names, by source topic
 */
async function leftoverRetryTopics(
  admin: AdminPort,
  groupId: string,
  prefixes: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): Promise<ReadonlyMap<string, RetrySource>> {
  const candidates = new Map<string, RetrySource>();
  for (const name of await admin.listTopics())
    for (const [topic, prefix] of prefixes) {
      const delay = name.startsWith(prefix) && !known.has(name) ? retryDelay(name.slice(prefix.length)) : undefined;
      if (delay !== undefined) candidates.set(name, { topic, delay: delay.ms });
    }
  for (const name of candidates.keys()) if (!(await hasUnhandled(admin, groupId, name))) candidates.delete(name);
  return candidates;
}

async function hasUnhandled(admin: AdminPort, groupId: string, topic: string): Promise<boolean> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const positions = new Map(committed?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return ends.some(({ partition, low, high }) => {
    const position = positions.get(partition) ?? -1n;
    return (position > BigInt(low) ? position : BigInt(low)) < BigInt(high);
  });
}

/** Queries the cluster id, and where the group starts, before the join. @throws what the client throws when the broker does not answer */
export async function findGroup<V>(
  admin: AdminPort,
  { groupId, topics, fromBeginning }: Settings<V>,
): Promise<Pick<SubscriptionGroup, 'clusterId' | 'start'>> {
  const { clusterId } = await admin.describeCluster();
  return { clusterId, start: await StartingOffsets.of(admin, groupId, topics, fromBeginning) };
}
