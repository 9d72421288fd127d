import type { DecodedRequest } from '../wire/requests.ts';

/** A topic, partition or group that a request names. Fields that do not apply are left out. */
export interface Subject {
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly group?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;
/** The name of the topic with that id, for versions that use topic ids; `undefined` for an unknown id. */
type NameOf = (topicId: string) => string | undefined;

/**
 * What a request names: its partitions, its topics where it names no partitions, and its groups.
 * All APIs use the same field names for these, so one function serves the whole table.
 */
export function requestSubjects({ api, body }: DecodedRequest, nameOf: NameOf): Subject[] {
  const fields = body as unknown as Fields;
  const groups = groupsOf(fields, api === 'FindCoordinator').map((group) => ({ group }));
  const inGroups = (list(fields, 'groups') as Fields[]).flatMap((group) => ofGroup(group, nameOf));
  return [...groups, ...ofGroup(fields, nameOf), ...inGroups];
}

function groupsOf(fields: Fields, isCoordinatorSearch: boolean): string[] {
  const named = list(fields, 'groups').map((group) => (typeof group === 'string' ? group : (group as Fields)['groupId']));
  if (isCoordinatorSearch && fields['keyType'] === 0) named.push(fields['key'], ...list(fields, 'coordinatorKeys'));
  return [fields['groupId'], ...list(fields, 'groupsNames'), ...list(fields, 'groupIds'), ...named].filter(
    (name): name is string => typeof name === 'string',
  );
}

/** The topics and partitions, each with the group that they are named for, if there is one. */
function ofGroup(fields: Fields, nameOf: NameOf): Subject[] {
  const { groupId: group } = fields;
  const subjects = topicsOf(fields, nameOf);
  return typeof group === 'string' ? subjects.map((subject) => ({ ...subject, group })) : subjects;
}

function topicsOf(fields: Fields, nameOf: NameOf): Subject[] {
  const names = [...list(fields, 'topicNames'), ...list(fields, 'subscribedTopicNames')].map((topic) => ({ topic: topic as string }));
  const resources = (list(fields, 'resources') as Fields[]).flatMap((resource) => resourceTopic(resource) ?? []);
  const topics = ['topics', 'topicData', 'topicPartitions', 'v3AndBelowTopics'].flatMap((field) => list(fields, field) as Fields[]);
  return [...names, ...resources.map((topic) => ({ topic })), ...topics.flatMap((topic) => partitionsOf(topic, nameOf))];
}

/** Source: Kafka's `ConfigResource.Type`. */
const topicResource = 2;

function resourceTopic({ resourceType, resourceName }: Fields): string | undefined {
  return resourceType === topicResource ? (resourceName as string) : undefined;
}

/** The topic that a request or a response names here; `undefined` when it names none. */
function topicOf(fields: Fields, nameOf: NameOf): string | undefined {
  const id = fields['topicId'];
  const name = (fields['topic'] ?? fields['name'] ?? resourceTopic(fields)) as string | null | undefined;
  // Versions that use topic ids have an empty name or null.
  return name || (typeof id === 'string' ? nameOf(id) : undefined);
}

function partitionsOf(fields: Fields, nameOf: NameOf): Subject[] {
  const topic = topicOf(fields, nameOf);
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

/** The part of a response that has an error. */
interface FaultyPart {
  /** Whether the fault is about that part of the request. */
  readonly concerns: (subject: Subject) => boolean;
  readonly nameOf: NameOf;
}

/**
 * Sets `errorCode` in a response for every partition that the fault is about, or else for its topics or groups, or else
 * for the whole response: some have one error for all that their request names, or leave out what the fault is about.
 */
export function withError<R>(response: R, errorCode: number, { concerns, nameOf }: FaultyPart): R {
  let isSet = false;
  const isFaulty = (subject: Subject): boolean => {
    const isConcerned = concerns(subject);
    isSet ||= isConcerned;
    return isConcerned;
  };
  const answer = rewrite(response, {}, errorCode, { concerns: isFaulty, nameOf });
  return (isSet ? answer : rewrite(response, {}, errorCode, { concerns: () => true, nameOf })) as R;
}

function rewrite(value: unknown, about: Subject, errorCode: number, part: FaultyPart): unknown {
  if (Array.isArray(value)) return value.map((element) => rewrite(element, about, errorCode, part));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const fields = value as Fields;
  const subject = subjectOf(fields, about, part.nameOf);
  const entries = Object.entries(fields).map(([name, field]): [string, unknown] => {
    const isError = name === 'errorCode' || name === 'partitionErrorCode';
    if (isError) return [name, part.concerns(subject) ? errorCode : field];
    return [name, rewrite(field, subject, errorCode, part)];
  });
  return Object.fromEntries(entries);
}

function subjectOf(fields: Fields, about: Subject, nameOf: NameOf): Subject {
  const topic = topicOf(fields, nameOf) ?? about.topic;
  const partition = fields['partitionIndex'] ?? fields['partition'] ?? fields['index'] ?? about.partition;
  // Only the response to FindCoordinator has keys, which are groups where a fault names one.
  const group = fields['groupId'] ?? fields['key'] ?? about.group;
  return { topic, partition, group } as Subject;
}
