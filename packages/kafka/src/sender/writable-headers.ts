import type { IHeaders } from 'kafkajs';

/** Names the headers that had no value, comma-separated: kafkajs reads a header without a value and cannot write one. */
export const NULL_HEADERS = 'tracelink-null-headers';

/**
 * The headers as kafkajs can write them. A header whose value is null, which clients of other languages may write, becomes empty
 * and is named in {@link NULL_HEADERS}. The same object where there is none.
 */
export function writableHeaders(headers: IHeaders): IHeaders {
  const names = Object.keys(headers).filter((name) => hasNull(headers[name]));
  if (names.length === 0) return headers;
  const written: IHeaders = { ...headers, [NULL_HEADERS]: names.join(',') };
  for (const name of names) {
    const value: unknown = headers[name];
    written[name] = Array.isArray(value) ? value.map((each: unknown) => (each ?? '') as string | Buffer) : '';
  }
  return written;
}

function hasNull(value: unknown): boolean {
  return Array.isArray(value) ? value.some((each) => each === null || each === undefined) : value === null || value === undefined;
}
