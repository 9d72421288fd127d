import { clientsOf, type ClientMaker } from '../client/client-maker.ts';
import type { AdminPort } from '../client/port/admin.ts';
import type { EngineClients, ProducerPort } from '../client/port/engine-clients.ts';
import { ConsumerTracing } from '../consumer/consumer-telemetry.ts';
import { errorMessage, errorType } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { AcknowledgedSender, compressingProducer } from '../sender/acknowledged-sender.ts';
import { wrapProducer } from '../producer/wrap-producer.ts';
import { DeadLetters, RetryTopics } from './dead-letter/failure-destinations.ts';
import { DeliveryTopicSender } from './dead-letter/delivery-topic-sender.ts';
import { errorTextHeaders } from './headers/spring-headers.ts';
import type { FailureDestinations } from './failure/apply-disposition.ts';
import { settingsOf, type Settings } from './settings.ts';
import { producerTracing, type SubscribeOptions } from './subscribe-options.ts';
import { connecting, type Connect } from './subscription-clients.ts';
import { findGroup, prepareTopics, type PreparedTopics } from './subscription-group.ts';
import { Subscription } from './subscription.ts';

/**
 * Consumes topics in a group. Failed messages are retried and then go to the dead-letter topic. Messages of different keys may be handled at
 * the same time, those of one key keep their order, and no commit passes an unfinished message. Each attempt is a span that
 * links to the attempt before.
 *
 * Delivery is at least once: a message whose commit was lost is handled again.
 *
 * @typeParam V the value that the codec makes, and the handler gets
 * @param kafka makes the consumer, an admin client and, where there are dead-letter or retry topics, a producer
 * @returns the subscription, when its member has joined the group and has committed where it starts; no message is delivered before
 *   the caller could add listeners
 * @throws {KafkaTracingError} `not_a_client`, `unknown_option`, `invalid_option`; `topic_missing`: a topic does not exist, or a retry or
 *   dead-letter topic could not be created; `not_joined`, with the client's error as `cause`
 * @throws what the client throws when the broker does not answer
 */
export async function subscribe<V = Buffer | null>(kafka: ClientMaker, options: SubscribeOptions<V>): Promise<Subscription<V>> {
  const clients = clientsOf('subscribe', kafka);
  const settings = settingsOf(options);
  return connecting((connect) => started(clients, settings, connect));
}

async function started<V>(clients: EngineClients, settings: Settings<V>, connect: Connect): Promise<Subscription<V>> {
  const { groupId, topics, concurrency } = settings;
  const makeAdmin = (): AdminPort => clients.admin();
  const admin = await connect(makeAdmin());
  // In any case: a missing topic must be reported immediately.
  const prepared = await prepareTopics(admin, settings, makeAdmin);
  const found = await findGroup(admin, settings);
  const tracing = { ...(found.clusterId ? { clusterId: found.clusterId } : {}), ...settings.tracing };
  const { producer, destinations } = await destinationsOf(clients, admin, { ...settings, tracing }, prepared, connect);
  const member = await connect(clients.member({ groupId, concurrency: concurrency.partitions, options: settings.consumer ?? {} }));
  const { retrySources, deliveryTopics } = prepared;
  const recreateTopics = (): Promise<void> => deliveryTopics.recreateRetryTopics();
  const group = { topics: [...topics, ...retrySources.keys()], retrySources, destinations, recreateTopics, ...found };
  const { clientId } = member;
  const ofMember = new ConsumerTracing(member.client, { ...(clientId !== undefined && { clientId }), ...tracing, groupId });
  try {
    return await Subscription.start(settings, { admin, member, producer }, group, ofMember);
  } catch (error) {
    throw notJoined(groupId, error);
  }
}

async function destinationsOf<V>(
  clients: EngineClients,
  admin: AdminPort,
  { deadLetterHeaders, hasErrorText, tracing, producer: config }: Settings<V>,
  { deliveryTopics, deadLetters, retries }: PreparedTopics,
  connect: Connect,
): Promise<{ readonly producer: ProducerPort | undefined; readonly destinations: FailureDestinations }> {
  if (deadLetters === undefined && retries.size === 0)
    return { producer: undefined, destinations: { deadLetters: undefined, retryTopics: undefined } };
  const producer = await connect(wrapProducer(compressingProducer(clients.producer(config ?? {})), producerTracing(tracing)));
  const sender = new DeliveryTopicSender(
    new AcknowledgedSender(
      (record) => producer.send(record),
      () => admin,
    ),
    deliveryTopics,
    hasErrorText ? [] : errorTextHeaders,
  );
  return {
    producer,
    destinations: {
      deadLetters: deadLetters && new DeadLetters(sender, deadLetters, deadLetterHeaders),
      retryTopics: retries.size === 0 ? undefined : new RetryTopics(sender, retries),
    },
  };
}

/** Advice for the coordinator's error. */
const remedies: Readonly<Record<string, string>> = {
  INCONSISTENT_GROUP_PROTOCOL:
    'Members of the group use another assignor, or another kind of group: use the same partitionAssigners in all of them, or another groupId.',
  INVALID_SESSION_TIMEOUT:
    'consumer.sessionTimeout must be between group.min.session.timeout.ms and group.max.session.timeout.ms of the broker (6 s to 30 min by default).',
  GROUP_AUTHORIZATION_FAILED: 'The client may not read the group: allow it, or use another groupId.',
  TOPIC_AUTHORIZATION_FAILED: 'The client may not read the topics: allow it.',
  GROUP_MAX_SIZE_REACHED: 'The group has as many members as group.max.size of the broker allows.',
};

function notJoined(groupId: string, cause: unknown): KafkaTracingError {
  const remedy = remedies[errorType(cause)];
  const text = `subscribe could not join the group "${groupId}": ${errorMessage(cause)}.${remedy === undefined ? '' : ` ${remedy}`}`;
  return new KafkaTracingError('not_joined', text, { cause });
}
