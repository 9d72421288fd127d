import { configResource, isTopicResource, type ConfigResource } from '../../cluster/config-resource.ts';
import { errorCodes, type ApiError } from '../../core/error-codes.ts';
import type { Subject } from '../../faults/subjects.ts';
import type { Request, Response } from '../../wire/apis/apis.ts';
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
    const wanted = (): Wanted | ApiError =>
      namesTwice(configs) ? duplicateKeys : new Map(configs.map(({ name, value }) => [name, value]));
    return alter({ resourceType, resourceName }, { context, validateOnly, wanted });
  }),
});

/** Changes the named configs only (KIP-339). */
export const incrementalAlterConfigs: Handler<'IncrementalAlterConfigs'> = ({ resources, validateOnly }, context) => {
  const byResource = Map.groupBy(resources, keyOf);
  return {
    responses: resources.map((asked) => {
      const { resourceType, resourceName, configs } = asked;
      const isRepeated = (byResource.get(keyOf(asked))?.length ?? 0) > 1;
      const wanted = (resource: ConfigResource): Wanted | ApiError => (isRepeated ? repeatedResource : changedConfigs(resource, configs));
      return alter({ resourceType, resourceName }, { context, validateOnly, wanted });
    }),
  };
};

const repeatedResource: ApiError = { error: 'INVALID_REQUEST', message: 'Each resource must appear at most once.' };
const duplicateKeys: ApiError = { error: 'INVALID_REQUEST', message: 'Error due to duplicate config keys' };

function keyOf({ resourceType, resourceName }: Named): string {
  return `${resourceType}/${resourceName}`;
}

function namesTwice(configs: readonly { readonly name: string }[]): boolean {
  return new Set(configs.map(({ name }) => name)).size < configs.length;
}

type ConfigChange = Request<'IncrementalAlterConfigs'>['resources'][number]['configs'][number];

function changedConfigs(resource: ConfigResource, changes: readonly ConfigChange[]): Wanted | ApiError {
  if (namesTwice(changes)) return duplicateKeys;
  const withoutValue = changes.filter(({ configOperation, value }) => configOperation !== operations.delete && value === null);
  if (withoutValue.length > 0) return nullProblem(withoutValue.map(({ name }) => name));
  const result = new Map<string, string | null>(resource.set);
  for (const { name, configOperation, value } of changes) {
    if (configOperation === operations.delete) result.delete(name);
    else if (configOperation === operations.set) result.set(name, value);
    else if (resource.definition(name)?.type === 'LIST') {
      result.set(name, changedList(result.get(name) ?? resource.value(name) ?? '', value ?? '', configOperation));
    } else {
      return { error: 'INVALID_CONFIG', message: noListMessage(name, configOperation, resource) };
    }
  }
  return result;
}

function nullProblem(names: readonly string[]): ApiError {
  return { error: 'INVALID_REQUEST', message: `Null value not supported for : ${names.join(', ')}` };
}

/** A broker reads changes of its own configs, the controller those of all else, and each has words of its own. */
function noListMessage(name: string, operation: number, { isBroker }: ConfigResource): string {
  const what = operation === operations.append ? 'append' : 'subtract';
  if (isBroker) return `Config value ${what} is not allowed for config key: ${name}`;
  return `Can't ${what.toUpperCase()} to key ${name} because its type is not LIST.`;
}

function changedList(now: string, value: string, operation: number): string {
  const changed = value.split(',');
  const elements = now.split(',').filter((element) => element !== '');
  if (operation === operations.append) return [...elements, ...changed.filter((element) => !elements.includes(element))].join(',');
  return elements.filter((element) => !changed.includes(element)).join(',');
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
  const withoutValue = [...wanted].flatMap(([name, value]) => (value === null ? [name] : []));
  if (withoutValue.length > 0) return nullProblem(withoutValue);
  const configs = new Map<string, string>();
  for (const [name, value] of wanted) {
    if (value === null) continue;
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
