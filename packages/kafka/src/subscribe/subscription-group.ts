import type { AdminPort } from '../client/port/admin.ts';
import { DeliveryTopics } from './dead-letter/delivery-topics.ts';
import type { Named, Naming } from './dead-letter/topic-names.ts';
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
  const namings = ofDeadLetters ? [...ofRetries, ofDeadLetters] : ofRetries;
  const found = (existing: readonly string[]): readonly Named[] => existingRetryTopics(existing, topics, groupId);
  const deliveryTopics = await DeliveryTopics.prepare(admin, topics, namings, makeAdmin, found);
  const retries = new Map(retryTopics.map(({ delay }, index) => [delay.name, deliveryTopics.of(ofRetries[index] as Naming)] as const));
  const retrySources = new Map<string, RetrySource>();
  for (const { delay } of retryTopics)
    for (const [topic, name] of retries.get(delay.name) ?? []) retrySources.set(name, { topic, delay: delay.ms });
  for (const { name, source, naming } of deliveryTopics.former) retrySources.set(name, { topic: source, delay: naming.delay ?? 0 });
  return { deliveryTopics, deadLetters: ofDeadLetters && deliveryTopics.of(ofDeadLetters), retries, retrySources };
}

/**
 * The retry topics with the default name, whatever delays the options name: removing a delay must not strand the records in its topic.
 * Those that hold nothing count, too. A member that still has the earlier options may write to them until it ends, and all members must
 * read the same topics, or the partitions of some have no reader.
 */
function existingRetryTopics(existing: readonly string[], topics: readonly string[], groupId: string): readonly Named[] {
  return topics.flatMap((source) => {
    const prefix = `${source}.${groupId}.retry.`;
    return existing.flatMap((name): readonly Named[] => {
      const delay = name.startsWith(prefix) ? retryDelay(name.slice(prefix.length))?.ms : undefined;
      return delay === undefined ? [] : [{ naming: { kind: 'retry', nameOf: () => name, delay }, source, name }];
    });
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
