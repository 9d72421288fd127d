import { configResource, isTopicResource, type ConfigResource } from '../../cluster/config-resource.ts';
import { errorCodes, type ApiError } from '../../core/error-codes.ts';
import type { Subject } from '../../faults/subjects.ts';
import type { Response } from '../../wire/apis/apis.ts';
import type { Handler, RequestContext } from './request-context.ts';

/** Source: Kafka's `AlterConfigOp.OpType`. */
const operations = { set: 0, delete: 1, append: 2, subtract: 3 };

interface Named {
  readonly resourceType: number;
  readonly resourceName: string;
}

/** Describes topics, groups, brokers, and what was set for all brokers, which has an empty name. */
export const describeConfigs: Handler<'DescribeConfigs'> = ({ resources, includeSynonyms }, context) => ({
  results: resources.map(({ resourceType, resourceName, configurationKeys }) => {
    const named = { resourceType, resourceName };
    const fault = context.faultError(subjectOf(named));
    if (fault !== 'NONE') return { ...named, errorCode: errorCodes[fault], configs: [] };
    const resource = configResource(context.cluster, { ...named, nodeId: context.nodeId });
    if ('error' in resource) return { ...named, errorCode: errorCodes[resource.error], errorMessage: resource.message, configs: [] };
    // kafkajs asks for all by an empty list, newer clients by null.
    const isAsked = (name: string): boolean =>
      configurationKeys === null || configurationKeys.length === 0 || configurationKeys.includes(name);
    const configs = resource
      .entries()
      .filter(({ name }) => isAsked(name))
      .map((entry) => (includeSynonyms ? entry : { ...entry, synonyms: [] }));
    return { ...named, errorCode: errorCodes.NONE, configs };
  }),
});

/** Replaces all configs that were set. */
export const alterConfigs: Handler<'AlterConfigs'> = ({ resources, validateOnly }, context) => ({
  responses: resources.map(({ resourceType, resourceName, configs }) => {
    const wanted = (): Wanted => new Map(configs.map(({ name, value }) => [name, value]));
    return alter({ resourceType, resourceName }, { context, validateOnly, wanted });
  }),
});

/** Changes the named configs only (KIP-339). */
export const incrementalAlterConfigs: Handler<'IncrementalAlterConfigs'> = ({ resources, validateOnly }, context) => ({
  responses: resources.map(({ resourceType, resourceName, configs }) => {
    const wanted = (resource: ConfigResource): Wanted | ApiError => {
      const result = new Map<string, string | null>(resource.set);
      for (const { name, configOperation, value } of configs) {
        if (configOperation === operations.delete) result.delete(name);
        else if (configOperation === operations.set) result.set(name, value);
        else if (resource.definition(name)?.type === 'LIST') {
          result.set(name, changedList(result.get(name) ?? resource.value(name) ?? '', value ?? '', configOperation));
        } else {
          const what = configOperation === operations.append ? 'append' : 'subtract';
          return { error: 'INVALID_CONFIG', message: `Config value ${what} is not allowed for config key: ${name}` };
        }
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

type Wanted = ReadonlyMap<string, string | null>;

interface Change {
  readonly context: RequestContext;
  readonly validateOnly: boolean;
  readonly wanted: (resource: ConfigResource) => Wanted | ApiError;
}

function alter(named: Named, { context, validateOnly, wanted }: Change): Response<'AlterConfigs'>['responses'][number] {
  const fault = context.faultError(subjectOf(named));
  if (fault !== 'NONE') return { ...named, errorCode: errorCodes[fault] };
  const resource = configResource(context.cluster, { ...named, nodeId: context.nodeId });
  const problem = 'error' in resource ? resource : change(resource, wanted(resource), validateOnly);
  if (problem !== undefined) return { ...named, errorCode: errorCodes[problem.error], errorMessage: problem.message };
  return { ...named, errorCode: errorCodes.NONE };
}

function change(resource: ConfigResource, wanted: Wanted | ApiError, validateOnly: boolean): ApiError | undefined {
  if ('error' in wanted) return wanted;
  const configs = new Map<string, string>();
  for (const [name, value] of wanted) {
    if (value === null) return { error: 'INVALID_REQUEST', message: `Null value not supported for : ${name}` };
    // What was accepted before is not judged again.
    const problem = resource.set.get(name) === value ? undefined : resource.problem(name, value);
    if (problem !== undefined) return problem;
    configs.set(name, value);
  }
  const problem = resource.jointProblem?.(configs);
  if (problem === undefined && !validateOnly) resource.replace(configs);
  return problem;
}

function subjectOf({ resourceType, resourceName }: Named): Subject {
  return isTopicResource(resourceType) ? { topic: resourceName } : {};
}
