import type { ApiError } from '../core/error-codes.ts';
import { brokerConfigs } from './broker-config.ts';
import type { ConfigSynonym } from './broker-configs.ts';
import type { Cluster } from './cluster.ts';
import { configSources, configTypes, type ConfigDefinition } from './config-definition.ts';
import { canonicalValue, valueProblem } from './config-value.ts';
import { groupConfigProblem, groupConfigs, groupConfigsProblem } from './group-config.ts';
import { topicConfigProblem, topicConfigs, topicConfigsProblem } from './topic-config.ts';
import type { Topic } from './topic.ts';
import { invalidTopicName, isTopicName } from './topics.ts';

/** What a config resource is, by its number in requests. Source: Kafka's `ConfigResource.Type`. */
const resourceTypes = { topic: 2, broker: 4, group: 32 } as const;

/** A config as DescribeConfigs describes it. */
interface ConfigEntry {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly configSource: number;
  readonly isSensitive: boolean;
  readonly synonyms: readonly ConfigSynonym[];
  readonly configType: number;
}

/** Something that has configs: a topic, a broker, all brokers, or a group. */
export interface ConfigResource {
  readonly isBroker: boolean;
  readonly entries: () => readonly ConfigEntry[];
  /** What was set while the cluster runs. */
  readonly set: ReadonlyMap<string, string>;
  /** The definition of a config that may be set; `undefined` for one that is kept without a meaning. */
  readonly definition: (name: string) => ConfigDefinition | undefined;
  /** The value that applies, to append to. */
  readonly value: (name: string) => string | undefined;
  /** Why a value must not be set; `undefined` when it may be. */
  readonly problem: (name: string, value: string) => ApiError | undefined;
  /** Why values do not go together. */
  readonly jointProblem?: (configs: ReadonlyMap<string, string>) => ApiError | undefined;
  readonly replace: (configs: ReadonlyMap<string, string>) => void;
}

/** A resource as a request names it, and the broker that received the request. */
interface NamedResource {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly nodeId: number;
}

/** Whether a request names a topic. */
export function isTopicResource(resourceType: number): boolean {
  return resourceType === resourceTypes.topic;
}

/** The resource that a request names, or the error that the broker answers with. */
export function configResource(cluster: Cluster, { resourceType, resourceName, nodeId }: NamedResource): ConfigResource | ApiError {
  if (resourceType === resourceTypes.topic) {
    const topic = cluster.topics.get(resourceName);
    if (topic !== undefined) return topicResource(cluster, topic, nodeId);
    if (!isTopicName(resourceName)) return { error: 'INVALID_TOPIC_EXCEPTION', message: invalidTopicName(resourceName) };
    return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: `The topic '${resourceName}' does not exist.` };
  }
  if (resourceType === resourceTypes.group) {
    if (resourceName === '') return invalid('Default group resources are not allowed.');
    return groupResource(cluster, resourceName, nodeId);
  }
  if (resourceType !== resourceTypes.broker) return invalid(`Unknown resource type ${resourceType}`);
  if (resourceName === '') return allBrokersResource(cluster);
  if (!/^\d+$/.test(resourceName)) return invalid(`Node id must be an integer, but it is: ${resourceName}`);
  if (Number(resourceName) !== nodeId) return invalid(`Unexpected broker id, expected ${nodeId}, but received ${resourceName}`);
  return brokerResource(cluster, nodeId);
}

function invalid(message: string): ApiError {
  return { error: 'INVALID_REQUEST', message };
}

function topicResource(cluster: Cluster, topic: Topic, nodeId: number): ConfigResource {
  const entry = (name: string): ConfigEntry => {
    const value = topic.setConfigs.has(name) ? topic.config(name, nodeId) : undefined;
    const own = value === undefined ? [] : [{ name, value, source: configSources.topic }];
    const synonyms = [...own, ...cluster.brokerConfigs.topicSynonyms(name, nodeId)];
    return described(name, { synonyms, definition: topicConfigs[name], readOnly: false });
  };
  return {
    isBroker: false,
    entries: () => Object.keys(topicConfigs).map(entry),
    set: topic.setConfigs,
    definition: (name) => topicConfigs[name],
    value: (name) => topic.config(name, nodeId),
    problem: topicConfigProblem,
    jointProblem: (wanted) => topicConfigsProblem((name) => wanted.get(name) ?? cluster.brokerConfigs.topicDefault(name, nodeId)),
    replace: (configs) => topic.replaceConfigs(configs),
  };
}

/** What was set for all brokers: it has no defaults to describe. */
function allBrokersResource(cluster: Cluster): ConfigResource {
  const set = cluster.brokerConfigs.setFor('');
  const ofAll = (name: string): ConfigSynonym[] => {
    const value = set.get(name);
    return value === undefined ? [] : [{ name, value, source: configSources.clusterWide }];
  };
  return { ...brokerParts(cluster, ''), entries: () => Array.from(set.keys(), (name) => brokerEntry(name, ofAll(name))) };
}

function brokerResource(cluster: Cluster, nodeId: number): ConfigResource {
  const parts = brokerParts(cluster, String(nodeId));
  const names = new Set([...Object.keys(brokerConfigs), ...parts.set.keys()]);
  return {
    ...parts,
    entries: () => Array.from(names, (name) => brokerEntry(name, cluster.brokerConfigs.synonyms(name, nodeId))),
    value: (name) => cluster.brokerConfigs.synonyms(name, nodeId)[0]?.value ?? undefined,
  };
}

function brokerParts(cluster: Cluster, broker: string): Omit<ConfigResource, 'entries'> {
  const set = cluster.brokerConfigs.setFor(broker);
  return {
    isBroker: true,
    set,
    definition: (name) => brokerConfigs[name],
    value: (name) => set.get(name) ?? brokerConfigs[name]?.default ?? undefined,
    problem: brokerConfigProblem,
    replace: (configs) => cluster.replaceBrokerConfigs(broker, configs),
  };
}

/** A name that the broker does not know may belong to a plugin: Apache Kafka keeps it, and shows no value. */
function brokerConfigProblem(name: string, value: string): ApiError | undefined {
  const definition = brokerConfigs[name];
  if (definition === undefined) return undefined;
  if (!definition.isDynamic) return invalid(`Cannot update these configs dynamically: [${name}]`);
  const message = valueProblem(definition, name, value);
  return message === undefined ? undefined : invalid(message);
}

function brokerEntry(name: string, synonyms: readonly ConfigSynonym[]): ConfigEntry {
  return described(name, { synonyms, definition: brokerConfigs[name], readOnly: brokerConfigs[name]?.isDynamic !== true });
}

/** A group need not exist, and its coordinator need not be the broker that is asked. */
function groupResource({ groupConfigs: configs }: Cluster, groupId: string, nodeId: number): ConfigResource {
  const value = (name: string): string | undefined => configs.synonyms(name, groupId, nodeId)[0]?.value ?? undefined;
  const entry = (name: string): ConfigEntry =>
    described(name, { synonyms: configs.synonyms(name, groupId, nodeId), definition: groupConfigs[name], readOnly: false });
  return {
    isBroker: false,
    entries: () => Object.keys(groupConfigs).map(entry),
    set: configs.setFor(groupId),
    definition: (name) => groupConfigs[name],
    value,
    problem: groupConfigProblem,
    jointProblem: (wanted) => groupConfigsProblem((name) => wanted.get(name) ?? groupConfigs[name]?.default),
    replace: (wanted) => configs.replace(groupId, wanted),
  };
}

interface Described {
  readonly synonyms: readonly ConfigSynonym[];
  readonly definition: ConfigDefinition | undefined;
  readonly readOnly: boolean;
}

/** The value of an unknown config may be a secret. */
function described(name: string, { synonyms, definition, readOnly }: Described): ConfigEntry {
  const isSensitive = definition === undefined;
  const [first] = synonyms;
  const value = first?.value ?? definition?.default ?? null;
  return {
    name,
    value: isSensitive || value === null ? null : canonicalValue(definition, value),
    readOnly,
    configSource: first?.source ?? configSources.default,
    isSensitive,
    synonyms: isSensitive ? synonyms.map((synonym) => ({ ...synonym, value: null })) : synonyms,
    configType: configTypes[definition?.type ?? 'UNKNOWN'],
  };
}
