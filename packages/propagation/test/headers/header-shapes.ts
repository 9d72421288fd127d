/** One header list in every shape that Kafka clients of Node use; names must not repeat for the records. */
export const shapes: readonly (readonly [name: string, make: (entries: readonly (readonly [string, unknown])[]) => unknown])[] = [
  ['a record', (entries) => Object.fromEntries(entries)],
  ['a record without a prototype', (entries) => Object.assign(Object.create(null), Object.fromEntries(entries))],
  ['a Map', (entries) => new Map(entries)],
  ['a Map with Buffer keys', (entries) => new Map(entries.map(([name, value]) => [Buffer.from(name), value]))],
  ['an array of pairs', (entries) => entries.map(([name, value]) => [name, value])],
  ['an array of key and value', (entries) => entries.map(([key, value]) => ({ key, value }))],
  ['an array of single-key objects', (entries) => entries.map(([name, value]) => ({ [name]: value }))],
];

/** The entries of any shape, names and values as text, in order. */
export function entriesOf(headers: unknown): [string, unknown][] {
  if (headers instanceof Map) return Array.from(headers, ([key, value]) => [String(key), asText(value)]);
  if (!Array.isArray(headers)) return Object.entries(headers as object).map(([name, value]) => [name, asText(value)]);
  return headers.flatMap((item) => {
    if (Array.isArray(item)) return [[String(item[0]), asText(item[1])] as [string, unknown]];
    if ('key' in item && 'value' in item) return [[String(item.key), asText(item.value)] as [string, unknown]];
    return entriesOf(item);
  });
}

function asText(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
}
