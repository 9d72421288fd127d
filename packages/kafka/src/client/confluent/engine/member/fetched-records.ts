import type { FetchedRecord, HeaderValues } from '../../../port/message.ts';
import type { ConsumedMessage } from '../binding/shapes.ts';

/** Consecutive records of one partition. */
export interface FetchedRecords {
  /** Where they were fetched from; `undefined`: the client does not tell, as offsets before the first record have none. */
  readonly fetchedOffset: bigint | undefined;
  readonly lastOffset: bigint;
  readonly messages: readonly FetchedRecord[];
}

/** The latest timestamp, in milliseconds since the epoch: not known where offsets are missing, whose records may be later. */
export function latestTimestamp({ fetchedOffset, lastOffset, messages }: FetchedRecords): number {
  if (fetchedOffset === undefined || lastOffset - fetchedOffset + 1n !== BigInt(messages.length)) return Infinity;
  let latest = 0;
  for (const { timestamp } of messages) latest = Math.max(latest, Number(timestamp));
  return latest;
}

/** A message of this client as the engine has it. Its offsets are numbers: they are exact up to 2^53. */
export function recordOf({ key, value, timestamp, offset, headers }: ConsumedMessage): FetchedRecord {
  return { key, value, timestamp: String(timestamp), offset: String(offset), attributes: 0, headers: headersOf(headers ?? []) };
}

/** As kafkajs has them: by name, a repeated one as an array. One without a value comes as an empty one. */
function headersOf(entries: readonly Readonly<Record<string, Buffer>>[]): HeaderValues {
  const headers: HeaderValues = {};
  for (const entry of entries) {
    const [name, value] = headerOf(entry);
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    set(headers, name, before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]);
  }
  return headers;
}

/** The client sets the name as a property, so that one that is called `__proto__` becomes the prototype. */
function headerOf(entry: Readonly<Record<string, Buffer>>): readonly [string, Buffer] {
  for (const name in entry) if (Object.hasOwn(entry, name)) return [name, entry[name] as Buffer];
  return ['__proto__', Object.getPrototypeOf(entry) as Buffer];
}

function set(headers: HeaderValues, name: string, value: HeaderValues[string]): void {
  if (name === '__proto__') Object.defineProperty(headers, name, { value, configurable: true, enumerable: true, writable: true });
  else headers[name] = value;
}
