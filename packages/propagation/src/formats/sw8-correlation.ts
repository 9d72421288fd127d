import type { Attributes } from '@opentelemetry/api';
import { fromBase64, toBase64 } from './base64.ts';

/** The entries of `sw8-correlation`, SkyWalking's baggage. */
export type Sw8Correlation = ReadonlyMap<string, string>;

// Agents keep 3 by default; a configured fleet may keep more.
const maxEntries = 64;

/** Reads `base64(key):base64(value),…`; the empty text, which the Python agent always writes, is no entries. */
export function parseSw8Correlation(text: string): Sw8Correlation | undefined {
  const entries = new Map<string, string>();
  if (text === '') return entries;
  for (const pair of text.split(',')) {
    const [key, value, ...more] = pair.split(':').map(fromBase64);
    if (key === undefined || key === '' || value === undefined || more.length > 0) return undefined;
    entries.set(key, value);
    if (entries.size === maxEntries) break;
  }
  return entries;
}

/** Writes `sw8-correlation` with full padding. */
export function formatSw8Correlation(entries: Sw8Correlation): string {
  return Array.from(entries, ([key, value]) => `${toBase64(key)}:${toBase64(value)}`).join(',');
}

/** The entries as attributes `tracelink.sw8.correlation.<key>`. */
export function sw8CorrelationAttributes(entries: Sw8Correlation): Attributes {
  return Object.fromEntries(Array.from(entries, ([key, value]) => [`tracelink.sw8.correlation.${key}`, value]));
}
