import type { IHeaders } from 'kafkajs';

/** A header as it is stored: text as text, so that a person can read it, bytes that are none in Base64. */
type StoredHeader = readonly [name: string, value: string | { readonly base64: string }];

/** Headers as JSON. What has no value is left out, as a wrapped producer does. */
export function storedHeaders(headers: IHeaders): string {
  const stored: StoredHeader[] = [];
  for (const [name, values] of Object.entries(headers))
    for (const value of Array.isArray(values) ? values : [values]) {
      if (typeof value === 'string') stored.push([name, value.toWellFormed()]);
      else if (value !== undefined) stored.push([name, readable(value) ?? { base64: value.toString('base64') }]);
    }
  return JSON.stringify(stored);
}

/** The text of bytes, if there is one that gives the same bytes. */
function readable(bytes: Buffer): string | undefined {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

/** @param json what {@link storedHeaders} made */
export function headersOf(json: string): IHeaders {
  const headers = new Map<string, string | Buffer | (string | Buffer)[]>();
  for (const [name, stored] of JSON.parse(json) as StoredHeader[]) {
    const value = typeof stored === 'string' ? stored : Buffer.from(stored.base64, 'base64');
    const before = headers.get(name);
    if (before === undefined) headers.set(name, value);
    else headers.set(name, Array.isArray(before) ? [...before, value] : [before, value]);
  }
  return Object.fromEntries(headers);
}
