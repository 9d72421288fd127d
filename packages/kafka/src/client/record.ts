import type { HeaderValues } from './port/message.ts';

export { copyWith } from './port/message.ts';
export { partitionKey, type TopicPartition, type TopicPartitionOffset } from './port/topic-partition.ts';

const everyObject: Readonly<Record<string, unknown>> = {};

/**
 * The headers as they are in the record. kafkajs takes what an object inherits for a value that came before: where a header has the name
 * of such a property, as `constructor`, the property is in front of its values. No producer could write that.
 *
 * @returns the same object when there is no such header
 */
export function storedHeaders(headers: HeaderValues): HeaderValues {
  for (const name in headers)
    if (name in everyObject) return Object.fromEntries(Object.entries(headers).map(([each, value]) => [each, storedValue(each, value)]));
  return headers;
}

function storedValue(name: string, value: HeaderValues[string]): HeaderValues[string] {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  if (!Array.isArray(value) || first === undefined || first !== everyObject[name]) return value;
  return value.length === 2 ? value[1] : value.slice(1);
}

/**
 * The text of a header. The last value of a repeated header counts, as everywhere in Kafka.
 *
 * @returns `undefined` when the header is missing, and when it has no value, which kafkajs reads as `null`
 */
export function lastHeaderText(headers: HeaderValues | undefined, name: string): string | undefined {
  const value: HeaderValues[string] | null = headers?.[name];
  const last: Buffer | string | null | undefined = Array.isArray(value) ? value.at(-1) : value;
  return last === undefined || last === null ? undefined : String(last);
}

/**
 * A record's timestamp in milliseconds since the epoch, or `undefined` where it is no time: Kafka writes −1 for "none" (message
 * format 0, some clients), others write 0, and a header may hold anything. Such a value counts for no delay, age or end-to-end duration.
 *
 * @param timestamp a decimal, as kafkajs gives it, or a number
 */
export function recordTimestamp(timestamp: unknown): number | undefined {
  if (typeof timestamp !== 'string' && typeof timestamp !== 'number') return undefined;
  const milliseconds = Number(timestamp);
  return Number.isSafeInteger(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
}
