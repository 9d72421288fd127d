import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { describeWhereKnown } from './describe-where-known.ts';
import { errorName } from './error-name.ts';
import { only } from './requests.ts';
import { until } from './until.ts';
import type { ContractKafka } from './use-kafka.ts';

/** Kafka's `ConfigResource.Type.GROUP`. */
const groupResource = 32;

/** What a test sets for a group of the consumer protocol. */
export interface GroupConfigs {
  /** @default '30000' */
  readonly 'consumer.session.timeout.ms'?: string;
  /** @default '100' */
  readonly 'consumer.heartbeat.interval.ms'?: string;
}

/** A suite of groups of the consumer protocol, which Apache Kafka has from 4.0 on. */
export function describeConsumerProtocol(title: string, suite: () => void): void {
  const isKnown = async (broker: string): Promise<boolean> => (await featuresOf(broker)).has('group.version');
  describeWhereKnown({ name: 'groups of the consumer protocol', isKnown }, title, suite);
}

/** The features that a broker has switched on, with their levels. */
export async function featuresOf(broker: string): Promise<ReadonlyMap<string, number>> {
  const asked = { clientSoftwareName: 'contract', clientSoftwareVersion: '1' };
  const { finalizedFeatures } = await ask(broker, 'ApiVersions', 3, asked);
  return new Map(finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]));
}

/** Sets configs of a group, whatever others it has. @returns the broker's error, `NONE` when it was accepted */
export async function setGroupConfigs(kafka: ContractKafka, groupId: string, configs: Readonly<Record<string, string>>): Promise<string> {
  const entries = Object.entries(configs).map(([name, value]) => ({ name, value, configOperation: 0 }));
  const resources = [{ resourceType: groupResource, resourceName: groupId, configs: entries }];
  const { responses } = await ask(kafka.broker(), 'IncrementalAlterConfigs', 1, { resources, validateOnly: false });
  return errorName(only(responses).errorCode);
}

/** The configs of a group by their names. */
export async function groupConfigsOf(kafka: ContractKafka, groupId: string): Promise<ReadonlyMap<string, string | null>> {
  const resources = [{ resourceType: groupResource, resourceName: groupId, configurationKeys: null }];
  const { results } = await ask(kafka.broker(), 'DescribeConfigs', 4, { resources });
  return new Map(only(results).configs.map(({ name, value }) => [name, value]));
}

/**
 * A new group that assigns at once and has frequent heartbeats, so that a test need not wait for it.
 *
 * @throws {Error} where the broker has a higher minimum, as one that was not started for these tests
 */
export async function quickGroup(kafka: ContractKafka, configs: GroupConfigs = {}): Promise<string> {
  const groupId = kafka.groupId();
  const wanted = { 'consumer.session.timeout.ms': '30000', 'consumer.heartbeat.interval.ms': '100', ...configs };
  const error = await setGroupConfigs(kafka, groupId, wanted);
  if (error !== 'NONE')
    throw new Error(`The broker answers ${error} to ${JSON.stringify(wanted)}: has it lower values of group.consumer.min.*?`);
  // Newer brokers collect changes for a second; older ones know no such config.
  if ((await groupConfigsOf(kafka, groupId)).has('consumer.assignment.interval.ms')) {
    await setGroupConfigs(kafka, groupId, { 'consumer.assignment.interval.ms': '0' });
    await until(async () => (await groupConfigsOf(kafka, groupId)).get('consumer.assignment.interval.ms') === '0');
  }
  const heartbeat = 'consumer.heartbeat.interval.ms';
  await until(async () => (await groupConfigsOf(kafka, groupId)).get(heartbeat) === wanted[heartbeat]);
  return groupId;
}

/** The id of a topic. */
export async function topicIdOf(kafka: ContractKafka, topic: string): Promise<string> {
  const topics = [{ name: topic, topicId: '00000000-0000-0000-0000-000000000000' }];
  const asked = { allowAutoTopicCreation: false, includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false };
  return only((await ask(kafka.broker(), 'Metadata', 12, { ...asked, topics })).topics).topicId;
}
