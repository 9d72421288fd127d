import { isUint8Array } from 'node:util/types';
import type { HeaderValues } from '../../client/port/message.ts';

/** A stored header: text as text, so that a person can read it, other bytes in Base64. */
type StoredHeader = readonly [name: string, value: string | { readonly base64: string }];

/**
 * Headers as JSON. Headers without a value are left out, as a wrapped producer does.
 *
 * @throws {TypeError} for a value that is neither text nor bytes
 */
export function storedHeaders(headers: HeaderValues): string {
  const stored: StoredHeader[] = [];
  for (const [name, values] of Object.entries(headers))
    for (const value of Array.isArray(values) ? values : [values])
      if (value !== undefined && value !== null) stored.push([name, storedValue(name, value)]);
  return JSON.stringify(stored);
}

function storedValue(name: string, value: unknown): StoredHeader[1] {
  if (typeof value === 'string') return value.toWellFormed();
  if (!isUint8Array(value)) throw new TypeError(`the header "${name}" has a value of type ${typeof value}: it must be text or bytes`);
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return readable(bytes) ?? { base64: bytes.toString('base64') };
}

/** The text of bytes, when encoding it gives the same bytes. */
function readable(bytes: Buffer): string | undefined {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

/** @param json the result of {@link storedHeaders} */
export function headersOf(json: string): HeaderValues {
  const headers = new Map<string, string | Buffer | (string | Buffer)[]>();
  for (const [name, stored] of JSON.parse(json) as StoredHeader[]) {
    const value = typeof stored === 'string' ? stored : Buffer.from(stored.base64, 'base64');
    const before = headers.get(name);
    if (before === undefined) headers.set(name, value);
    else headers.set(name, Array.isArray(before) ? [...before, value] : [before, value]);
  }
  return Object.fromEntries(headers);
}
