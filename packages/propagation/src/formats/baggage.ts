import { type Baggage, type BaggageEntry, baggageEntryMetadataFromString, propagation } from '@opentelemetry/api';
import { type HeaderField, headerField } from '../headers/header-field.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { HeaderFormat } from './header-format.ts';

/** W3C Baggage's limit of entries; for formats' own baggage headers too. */
export const maxBaggageEntries = 64;
/** W3C Baggage's limit in characters; for formats' own baggage headers too. */
export const maxBaggageLength = 8192;
// Properties go back as they came, but never in a way that breaks the list they stand in.
const safeProperties = /^[\t -+\--~]*$/;
// What encoding would leave as it is: most keys and values are made of nothing else.
const unreserved = /^[\w.~!*'-]*$/;
const encodedBytes = /(?:%[0-9a-f]{2})+/gi;

/** `baggage`, which goes with every format: the standard header is the one that every party agrees on. */
export const baggageField: HeaderField = headerField('baggage', {
  limit: maxBaggageLength,
  text: 'utf8',
  isList: true,
  baggage: 'members',
});

/** Baggage from the header `baggage` (repeats joined), then what `formats` hold beside it. */
export function extractBaggage(headers: TraceHeaders, formats: readonly HeaderFormat[]): Baggage | undefined {
  const text = headers.joined(baggageField);
  let entries: Record<string, BaggageEntry> | undefined;
  for (const { baggage } of formats) {
    if (baggage === undefined) continue;
    entries ??= (text === undefined ? undefined : parseBaggageEntries(text)) ?? (Object.create(null) as Record<string, BaggageEntry>);
    baggage.extract(headers, entries);
  }
  if (entries === undefined) return text === undefined ? undefined : parseBaggage(text);
  return Object.keys(entries).length === 0 ? undefined : propagation.createBaggage(entries);
}

/** What Sentry's SDKs and Camel keep in `baggage` for themselves: no value of the application's, and wrong in the next service. */
const foreignMember = /^(?:sentry-|camelScope$)/;

/** The application's members; `undefined` where none is left. */
export function withoutForeignMembers(baggage: Baggage | undefined): Baggage | undefined {
  const members = baggage?.getAllEntries() ?? [];
  const foreign = members.filter(([key]) => foreignMember.test(key)).map(([key]) => key);
  if (foreign.length === 0) return baggage;
  return foreign.length === members.length ? undefined : baggage?.removeEntries(...foreign);
}

/**
 * Reads `baggage`: `key=value;properties, …`. Values are percent-decoded; `+` is kept, it is no space here; bytes that are
 * no UTF-8 become U+FFFD; an empty value is a value; the last of equal keys wins. At most 64 members and 8192 characters
 * are read, whole members only. Source: W3C Baggage, "Header content" and "Limits".
 *
 * @returns `undefined` when no member is well formed
 */
export function parseBaggage(text: string): Baggage | undefined {
  const entries = parseBaggageEntries(text);
  return entries === undefined ? undefined : propagation.createBaggage(entries);
}

/** The same as a record without a prototype, in which `__proto__` is a key like any other: for lists from several headers. */
export function parseBaggageEntries(text: string): Record<string, BaggageEntry> | undefined {
  const entries = Object.create(null) as Record<string, BaggageEntry>;
  let count = 0;
  for (let start = 0; start < text.length && count < maxBaggageEntries;) {
    const comma = text.indexOf(',', start);
    const end = comma === -1 ? text.length : comma;
    if (end > maxBaggageLength) break;
    if (parseMember(text.slice(start, end), entries)) count++;
    start = end + 1;
  }
  return count === 0 ? undefined : entries;
}

function parseMember(member: string, entries: Record<string, BaggageEntry>): boolean {
  const semicolon = member.indexOf(';');
  const pair = semicolon === -1 ? member : member.slice(0, semicolon);
  const equals = pair.indexOf('=');
  const key = pair.slice(0, Math.max(equals, 0)).trim();
  if (key === '') return false;
  const value = percentDecode(pair.slice(equals + 1).trim());
  const properties = semicolon === -1 ? '' : member.slice(semicolon + 1);
  entries[percentDecode(key)] = properties === '' ? { value } : { value, metadata: baggageEntryMetadataFromString(properties) };
  return true;
}

/**
 * Writes `baggage`: ASCII, a space as `%20`, a plus as `%2B`. Members beyond 64 or 8192 characters are left out whole.
 *
 * @returns `''` when there is nothing to write
 */
export function formatBaggage(baggage: Baggage): string {
  let text = '';
  let count = 0;
  for (const [key, entry] of baggage.getAllEntries()) {
    if (count === maxBaggageEntries) break;
    const member = formatMember(key, entry);
    if (member === undefined || text.length + member.length + 1 > maxBaggageLength) continue;
    text = count === 0 ? member : `${text},${member}`;
    count++;
  }
  return text;
}

function formatMember(key: string, entry: BaggageEntry): string | undefined {
  if (key.trim() === '' || typeof entry.value !== 'string') return undefined;
  const member = `${nameOf(key)}=${percentEncode(entry.value)}`;
  const properties = entry.metadata?.toString() ?? '';
  return properties !== '' && safeProperties.test(properties) ? `${member};${properties}` : member;
}

/** The entries that an allow-list keeps; `undefined` when none is left. */
export function filterBaggage(baggage: Baggage | undefined, keys: ReadonlySet<string> | undefined): Baggage | undefined {
  if (baggage === undefined || keys === undefined) return baggage;
  const dropped = baggage.getAllEntries().flatMap(([key]) => (keys.has(key) ? [] : [key]));
  const kept = dropped.length === 0 ? baggage : baggage.removeEntries(...dropped);
  return kept.getAllEntries().length === 0 ? undefined : kept;
}

/**
 * Percent-decoding that never throws: bytes that are no UTF-8 become U+FFFD, a `%` without two hex digits stays.
 * Not `decodeURIComponent` with a `catch`: an error costs 10 µs, and a sender chooses how many there are.
 */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(encodedBytes, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}

// What a token may hold beside `unreserved`. Not a plus, which Python reads as a space.
const encodedOfToken = /%(?:2[346]|5E|60|7C)/g;

/** A token as it is, since Go and Java decode no names; what is none percent-encoded. Source: W3C Baggage, "key". */
function nameOf(key: string): string {
  const encoded = percentEncode(key);
  return encoded === key ? key : encoded.replaceAll(encodedOfToken, decodeURIComponent);
}

/** Percent-encoding into characters that are legal in a token and in a baggage value; half surrogates become U+FFFD. */
function percentEncode(text: string): string {
  if (unreserved.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replaceAll('(', '%28').replaceAll(')', '%29');
}
