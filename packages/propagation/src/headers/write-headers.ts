import { types } from 'node:util';
import { headerName, isKeyValue } from './for-each-header.ts';

/** One header to write. */
export type HeaderEntry = readonly [name: string, value: string];

/** Whether a header is stale and must not be copied. */
export type IsStale = (name: string) => boolean;

/**
 * Copies `headers` without the stale ones and with `entries`, in the shape that `headers` has: a record (also when absent),
 * a `Map`, an array of `[name, value]`, of `{ key, value }` or of `{ [name]: value }`; an empty array becomes one of
 * `{ [name]: value }`, the form of librdkafka's bindings. What is no header list at all is given back as it is, so that
 * the client complains about it in its own words.
 */
export function writeHeaders(headers: unknown, isStale: IsStale, entries: readonly HeaderEntry[]): unknown {
  if (headers === undefined || headers === null) return addTo({}, entries);
  if (typeof headers !== 'object' || ArrayBuffer.isView(headers)) return headers;
  if (Array.isArray(headers)) return writeArray(headers, isStale, entries);
  if (types.isMap(headers)) return writeMap(headers, isStale, entries);
  return writeRecord(headers as Record<string, unknown>, isStale, entries);
}

function writeRecord(headers: Record<string, unknown>, isStale: IsStale, entries: readonly HeaderEntry[]): Record<string, unknown> {
  return addTo(copyRecord(headers, isStale), entries);
}

function addTo(record: Record<string, unknown>, entries: readonly HeaderEntry[]): Record<string, unknown> {
  for (const [name, value] of entries) record[name] = value;
  return record;
}

function copyRecord(headers: Record<string, unknown>, isStale: IsStale): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(headers)) {
    if (isStale(name)) continue;
    const value = headers[name];
    // kafkajs' types allow `undefined`, its encoder throws and the whole produce fails (B23). Other bad values are the caller's to hear about.
    if (value === undefined) continue;
    if (name === '__proto__') Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
    else copy[name] = value;
  }
  return copy;
}

function writeMap(headers: ReadonlyMap<unknown, unknown>, isStale: IsStale, entries: readonly HeaderEntry[]): Map<unknown, unknown> {
  const copy = new Map<unknown, unknown>();
  for (const [key, value] of headers) if (!isStaleKey(key, isStale)) copy.set(key, value);
  for (const [name, value] of entries) copy.set(name, value);
  return copy;
}

function writeArray(headers: readonly unknown[], isStale: IsStale, entries: readonly HeaderEntry[]): unknown[] {
  const kept = headers.flatMap((item) => {
    const rest = withoutStale(item, isStale);
    // In brackets, as `flatMap` would take a pair apart.
    return rest === undefined ? [] : [rest];
  });
  return [...kept, ...entries.map(itemLike(headers[0]))];
}

/** An item without its stale headers: the item itself when there are none, `undefined` when nothing else is left. */
function withoutStale(item: unknown, isStale: IsStale): unknown {
  if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item)) return item;
  if (Array.isArray(item)) return isStaleKey(item[0], isStale) ? undefined : item;
  if (isKeyValue(item)) return isStaleKey(item.key, isStale) ? undefined : item;
  const names = Object.keys(item);
  if (!names.some(isStale)) return item;
  return names.every(isStale) ? undefined : copyRecord(item as Record<string, unknown>, isStale);
}

function itemLike(example: unknown): (entry: HeaderEntry) => unknown {
  if (Array.isArray(example)) return ([name, value]) => [name, value];
  if (typeof example === 'object' && example !== null && isKeyValue(example)) return ([key, value]) => ({ key, value });
  return ([name, value]) => ({ [name]: value });
}

function isStaleKey(key: unknown, isStale: IsStale): boolean {
  const name = headerName(key);
  return name !== undefined && isStale(name);
}
