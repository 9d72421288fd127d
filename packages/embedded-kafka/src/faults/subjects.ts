import type { DecodedRequest } from '../wire/requests.ts';

/** A topic, partition or group that a request names. Fields that do not apply are left out. */
export interface Subject {
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly group?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a request names: its partitions, its topics where it names no partitions, and its groups.
 * All APIs use the same field names for these, so one function serves the whole table.
 *
 * @param nameOf the name of the topic with that id, for versions that use topic ids
 */
export function requestSubjects({ api, body }: DecodedRequest, nameOf: (topicId: string) => string | undefined): Subject[] {
  const fields = body as unknown as Fields;
  const groups = groupsOf(fields, api === 'FindCoordinator').map((group) => ({ group }));
  return [...groups, ...topicsOf(fields, nameOf), ...list(fields, 'groups').flatMap((group) => topicsOf(group as Fields, nameOf))];
}

function groupsOf(fields: Fields, isCoordinatorSearch: boolean): string[] {
  const named = list(fields, 'groups').map((group) => (typeof group === 'string' ? group : (group as Fields)['groupId']));
  if (isCoordinatorSearch && fields['keyType'] === 0) named.push(fields['key'], ...list(fields, 'coordinatorKeys'));
  return [fields['groupId'], ...list(fields, 'groupsNames'), ...list(fields, 'groupIds'), ...named].filter(
    (name): name is string => typeof name === 'string',
  );
}

function topicsOf(fields: Fields, nameOf: (topicId: string) => string | undefined): Subject[] {
  const names = [...list(fields, 'topicNames'), ...list(fields, 'subscribedTopicNames')].map((topic) => ({ topic: topic as string }));
  const resources = (list(fields, 'resources') as Fields[])
    .filter(({ resourceType }) => resourceType === topicResource)
    .map(({ resourceName }) => ({ topic: resourceName as string }));
  const topics = ['topics', 'topicData', 'topicPartitions', 'v3AndBelowTopics'].flatMap((field) => list(fields, field) as Fields[]);
  return [...names, ...resources, ...topics.flatMap((topic) => partitionsOf(topic, nameOf))];
}

/** Source: Kafka's `ConfigResource.Type`. */
const topicResource = 2;

function partitionsOf(fields: Fields, nameOf: (topicId: string) => string | undefined): Subject[] {
  const id = fields['topicId'];
  const name = (fields['name'] ?? fields['topic']) as string | null | undefined;
  // Versions that use topic ids decode the name as empty or null.
  const topic = name || (typeof id === 'string' ? nameOf(id) : undefined);
  const parts = ['partitions', 'partitionData', 'partitionIndexes'].flatMap((field) => list(fields, field));
  if (parts.length === 0) return [{ topic }];
  return parts.map((part) => ({ topic, partition: typeof part === 'number' ? part : indexOf(part as Fields) }));
}

function indexOf(part: Fields): number {
  return (part['partitionIndex'] ?? part['partition'] ?? part['index']) as number;
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  return Array.isArray(value) ? value : [];
}

/**
 * Sets `errorCode` in a response for every partition that the fault is about, or else for its topics or groups, or else
 * for the whole response.
 *
 * @param concerns whether the fault is about that part of the request
 */
export function withError<R>(response: R, errorCode: number, concerns: (subject: Subject) => boolean): R {
  return rewrite(response, {}, errorCode, concerns) as R;
}

function rewrite(value: unknown, about: Subject, errorCode: number, concerns: (subject: Subject) => boolean): unknown {
  if (Array.isArray(value)) return value.map((element) => rewrite(element, about, errorCode, concerns));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const fields = value as Fields;
  const subject = subjectOf(fields, about);
  const entries = Object.entries(fields).map(([name, field]): [string, unknown] => {
    const isError = name === 'errorCode' || name === 'partitionErrorCode';
    if (isError) return [name, concerns(subject) ? errorCode : field];
    return [name, rewrite(field, subject, errorCode, concerns)];
  });
  return Object.fromEntries(entries);
}

function subjectOf(fields: Fields, about: Subject): Subject {
  const topic = fields['topic'] ?? fields['name'] ?? fields['resourceName'] ?? about.topic;
  const partition = fields['partitionIndex'] ?? fields['partition'] ?? fields['index'] ?? about.partition;
  const group = fields['groupId'] ?? about.group;
  return { topic, partition, group } as Subject;
}
