import type { Admin, Kafka, Producer } from 'kafkajs';
import { ConsumerTracing } from '../consumer-tracing.ts';
import { KafkaTracingError } from '../kafka-tracing-error.ts';
import { wrapProducer } from '../wrap-producer.ts';
import type { Exits } from './after-failure.ts';
import { companionTopics, type Naming } from './companion-topics.ts';
import { DeadLetters } from './dead-letters.ts';
import { RetryTopics } from './retry-topics.ts';
import { settingsOf, type Settings } from './settings.ts';
import { producerTracing, type SubscribeOptions } from './subscribe-options.ts';
import { Subscription } from './subscription.ts';

/** What makes clients: kafkajs' `Kafka`. */
export type KafkaClients = Pick<Kafka, 'admin' | 'consumer' | 'producer'>;

// A drain waits for the fetch that is under way; this is what Java's consumer waits, too.
const longestFetch = 500;

/**
 * Consumes topics in a group, each message until it is handled or in the dead-letter topic. Failed handlers are tried again,
 * messages of different keys may be handled at the same time while those of one key keep their order, and no commit passes a
 * message that is not done. Each attempt is a span of its own, linked to the one before it.
 *
 * At least once: a message whose commit was lost is handled again.
 *
 * @returns when the group has been joined
 * @throws {KafkaTracingError} `not_a_client`, `unknown_option`, `invalid_option`, `topic_missing`; what kafkajs throws when the broker
 *   does not answer
 */
export async function subscribe<V = Buffer | null>(kafka: KafkaClients, options: SubscribeOptions<V>): Promise<Subscription<V>> {
  if (typeof kafka?.consumer !== 'function' || typeof kafka.producer !== 'function' || typeof kafka.admin !== 'function')
    throw new KafkaTracingError('not_a_client', 'subscribe takes what makes clients: new Kafka(...).');
  const settings = settingsOf(options);
  await using undo = new AsyncDisposableStack();
  const admin = kafka.admin();
  await admin.connect();
  undo.defer(() => admin.disconnect());
  const { producer, exits } = await exitsOf(kafka, admin, settings, undo);
  const { groupId, tracing } = settings;
  const consumer = kafka.consumer({ maxWaitTimeInMs: longestFetch, ...settings.consumer, groupId });
  await consumer.connect();
  undo.defer(() => consumer.disconnect());
  const subscription = new Subscription(
    settings,
    { admin, consumer, producer, exits },
    new ConsumerTracing(consumer, { ...tracing, groupId }),
  );
  await subscription.start();
  undo.move();
  return subscription;
}

async function exitsOf<V>(
  kafka: KafkaClients,
  admin: Admin,
  { topics, deadLetterTopic, deadLetterHeaders, retryTopics, tracing, producer: config }: Settings<V>,
  undo: AsyncDisposableStack,
): Promise<{ readonly producer: Producer | undefined; readonly exits: Exits }> {
  const namings: Naming[] = retryTopics.map(({ nameOf }) => ({ kind: 'retry', nameOf }));
  if (deadLetterTopic !== undefined) namings.push({ kind: 'dead-letter', nameOf: deadLetterTopic });
  // Asked for in any case: a topic that is not there has to be said at once.
  const targets = await companionTopics(admin, topics, namings);
  if (namings.length === 0) return { producer: undefined, exits: { deadLetters: undefined, retryTopics: undefined } };
  // Every message says its partition: the partitioner is never asked for anything else.
  const createPartitioner =
    (): ((args: { message: { partition?: number } }) => number) =>
    ({ message }) =>
      message.partition ?? 0;
  const producer = wrapProducer(kafka.producer({ allowAutoTopicCreation: false, createPartitioner, ...config }), producerTracing(tracing));
  await producer.connect();
  undo.defer(() => producer.disconnect());
  const dead = deadLetterTopic === undefined ? undefined : targets.at(-1);
  const tiers = retryTopics.map(({ tier }, index) => [tier, targets[index] ?? new Map()] as const);
  return {
    producer,
    exits: {
      deadLetters: dead && new DeadLetters(producer, dead, deadLetterHeaders),
      retryTopics: tiers.length === 0 ? undefined : new RetryTopics(producer, new Map(tiers)),
    },
  };
}
