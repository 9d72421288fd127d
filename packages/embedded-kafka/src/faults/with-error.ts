import type { Subject } from './request-subjects.ts';

type Fields = Readonly<Record<string, unknown>>;

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
