import { type Baggage, type BaggageEntry, baggageEntryMetadataFromString, propagation } from '@opentelemetry/api';
import { percentDecode, percentEncode } from './percent.ts';

const maxMembers = 64;
const maxLength = 8192;
// Properties go back as they came, but never in a way that breaks the list they stand in.
const safeProperties = /^[\t -+\--~]*$/;

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
  for (let start = 0; start < text.length && count < maxMembers;) {
    const comma = text.indexOf(',', start);
    const end = comma === -1 ? text.length : comma;
    if (end > maxLength) break;
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
    if (count === maxMembers) break;
    const member = formatMember(key, entry);
    if (member === undefined || text.length + member.length + 1 > maxLength) continue;
    text = count === 0 ? member : `${text},${member}`;
    count++;
  }
  return text;
}

function formatMember(key: string, entry: BaggageEntry): string | undefined {
  if (key.trim() === '' || typeof entry.value !== 'string') return undefined;
  const member = `${percentEncode(key)}=${percentEncode(entry.value)}`;
  const properties = entry.metadata?.toString() ?? '';
  return properties !== '' && safeProperties.test(properties) ? `${member};${properties}` : member;
}
