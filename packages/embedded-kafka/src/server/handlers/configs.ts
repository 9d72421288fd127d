import { configProblem, configTypes, topicConfigs } from '../../cluster/topic-config.ts';
import type { Topic } from '../../cluster/topic.ts';
import { errorCodes, type ApiError } from '../../core/error-codes.ts';
import type { Response } from '../../wire/apis/apis.ts';
import type { Handler, RequestContext } from './request-context.ts';

/** Source: Kafka's `ConfigResource.Type`. */
const resourceTypes = { topic: 2, broker: 4 };
/** Source: Kafka's `DescribeConfigsResponse.ConfigSource`. */
export const configSources = { topic: 1, default: 5 };
/** Source: Kafka's `AlterConfigOp.OpType`. */
const operations = { set: 0, delete: 1, append: 2, subtract: 3 };

type ConfigResult = Response<'DescribeConfigs'>['results'][number]['configs'][number];

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
}

/** Topics have their configs. Brokers have those that reflect the options and the defaults of new topics. */
export const describeConfigs: Handler<'DescribeConfigs'> = ({ resources, includeSynonyms }, context) => ({
  results: resources.map(({ resourceType, resourceName, configurationKeys }) => {
    const resource = { resourceType, resourceName };
    const isAsked = (name: string): boolean => configurationKeys === null || configurationKeys.includes(name);
    const fault = context.faultError(resourceType === resourceTypes.topic ? { topic: resourceName } : {});
    if (fault !== 'NONE') return { ...resource, errorCode: errorCodes[fault], configs: [] };
    if (resourceType === resourceTypes.broker) {
      const configs = brokerConfigs(context).filter(({ name }) => isAsked(name));
      return { ...resource, errorCode: errorCodes.NONE, configs };
    }
    const topic = topicOf(resource, context);
    if ('error' in topic) return { ...resource, errorCode: errorCodes[topic.error], errorMessage: topic.message, configs: [] };
    const names = Object.keys(topicConfigs).filter(isAsked);
    return { ...resource, errorCode: errorCodes.NONE, configs: names.map((name) => describe(topic, name, includeSynonyms)) };
  }),
});

function brokerConfigs({ cluster, nodeId }: RequestContext): ConfigResult[] {
  const { autoCreateTopics, defaultPartitions } = cluster.options;
  const configs = {
    'auto.create.topics.enable': [String(autoCreateTopics), 'BOOLEAN'],
    'broker.id': [String(nodeId), 'INT'],
    'message.max.bytes': [topicConfigs['max.message.bytes']?.default ?? '', 'INT'],
    'num.partitions': [String(defaultPartitions), 'INT'],
  } as const;
  return Object.entries(configs).map(([name, [value, type]]) => ({
    name,
    value,
    readOnly: true,
    configSource: configSources.default,
    isSensitive: false,
    synonyms: [],
    configType: configTypes[type],
  }));
}

/** Replaces all configs that were set. */
export const alterConfigs: Handler<'AlterConfigs'> = ({ resources, validateOnly }, context) => ({
  responses: resources.map(({ resourceType, resourceName, configs }) => {
    const resource = { resourceType, resourceName };
    return alter(resource, { context, validateOnly, wanted: () => new Map(configs.map(({ name, value }) => [name, value])) });
  }),
});

/** Changes the named configs only (KIP-339). */
export const incrementalAlterConfigs: Handler<'IncrementalAlterConfigs'> = ({ resources, validateOnly }, context) => ({
  responses: resources.map(({ resourceType, resourceName, configs }) => {
    const wanted = (topic: Topic): Map<string, string | null> => {
      const result = new Map<string, string | null>(topic.setConfigs);
      for (const { name, configOperation, value } of configs) {
        if (configOperation === operations.delete) result.delete(name);
        else if (configOperation === operations.set) result.set(name, value);
        else result.set(name, changedList(result.get(name) ?? topic.config(name) ?? '', value ?? '', configOperation));
      }
      return result;
    };
    return alter({ resourceType, resourceName }, { context, validateOnly, wanted });
  }),
});

function changedList(now: string, value: string, operation: number): string {
  const changed = value.split(',');
  const elements = now.split(',').filter((element) => element !== '' && !changed.includes(element));
  return (operation === operations.append ? [...elements, ...changed] : elements).join(',');
}

interface Change {
  readonly context: RequestContext;
  readonly validateOnly: boolean;
  readonly wanted: (topic: Topic) => ReadonlyMap<string, string | null>;
}

function alter(resource: Resource, { context, validateOnly, wanted }: Change): Response<'AlterConfigs'>['responses'][number] {
  const fault = context.faultError({ topic: resource.resourceName });
  if (fault !== 'NONE') return { ...resource, errorCode: errorCodes[fault] };
  const topic = topicOf(resource, context);
  if ('error' in topic) return { ...resource, errorCode: errorCodes[topic.error], errorMessage: topic.message };
  const configs = new Map<string, string>();
  for (const [name, value] of wanted(topic)) {
    const errorMessage = configProblem(name, value);
    if (errorMessage !== undefined) return { ...resource, errorCode: errorCodes.INVALID_CONFIG, errorMessage };
    configs.set(name, value ?? '');
  }
  if (!validateOnly) topic.replaceConfigs(configs);
  return { ...resource, errorCode: errorCodes.NONE };
}

function topicOf({ resourceType, resourceName }: Resource, { cluster }: RequestContext): Topic | ApiError {
  if (resourceType !== resourceTypes.topic) {
    return { error: 'INVALID_REQUEST', message: `This broker has no configs for resources of type ${resourceType}.` };
  }
  const topic = cluster.topics.get(resourceName);
  return topic ?? { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: `The topic '${resourceName}' does not exist.` };
}

function describe(topic: Topic, name: string, includeSynonyms: boolean): ConfigResult {
  const value = topic.config(name) ?? null;
  const fallback = { name, value: topicConfigs[name]?.default ?? null, source: configSources.default };
  const isSet = topic.setConfigs.has(name);
  return {
    name,
    value,
    readOnly: false,
    configSource: isSet ? configSources.topic : configSources.default,
    isSensitive: false,
    synonyms: includeSynonyms ? [...(isSet ? [{ name, value, source: configSources.topic }] : []), fallback] : [],
    configType: configTypes[topicConfigs[name]?.type ?? 'STRING'],
  };
}
