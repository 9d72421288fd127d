import { isUtf8 } from 'node:buffer';
import { types } from 'node:util';
import type { ValueRule } from './header-field.ts';

/** Called for one header; `value` is as the client delivered it, for kafkajs an array when the name was repeated. */
export type HeaderVisitor = (name: string, value: unknown) => void;

// The last ones are read, as the last duplicate wins: a message made of nothing but headers costs what 1,024 headers cost.
const maxHeaders = 1024;

/**
 * Visits the headers of a message in any client's shape: a record, a `Map`, an array of `[name, value]`, of
 * `{ key, value }` or of `{ [name]: value }`. Own members only; whatever throws (getters, proxies) is passed over.
 */
export function forEachHeader(headers: unknown, visit: HeaderVisitor): void {
  if (typeof headers !== 'object' || headers === null) return;
  try {
    if (Array.isArray(headers)) visitArray(headers, visit);
    else if (types.isMap(headers)) visitMap(headers, visit);
    else if (!ArrayBuffer.isView(headers)) visitRecord(headers as Record<string, unknown>, visit);
  } catch {
    // A revoked proxy or a trap that throws: what was visited so far stands.
  }
}

function visitRecord(headers: Record<string, unknown>, visit: HeaderVisitor): void {
  const names = Object.keys(headers);
  for (let index = Math.max(0, names.length - maxHeaders); index < names.length; index++) {
    const name = names[index] as string;
    try {
      visit(name, headers[name]);
    } catch {
      // One hostile header hides no other.
    }
  }
}

function visitMap(headers: ReadonlyMap<unknown, unknown>, visit: HeaderVisitor): void {
  let skip = headers.size - maxHeaders;
  for (const [key, value] of headers) {
    if (skip-- > 0) continue;
    const name = headerName(key);
    if (name !== undefined) visit(name, value);
  }
}

function visitArray(headers: readonly unknown[], visit: HeaderVisitor): void {
  for (let index = Math.max(0, headers.length - maxHeaders); index < headers.length; index++) {
    try {
      visitItem(headers[index], visit);
    } catch {
      // Nor one hostile item.
    }
  }
}

function visitItem(item: unknown, visit: HeaderVisitor): void {
  if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item)) return;
  const [key, value] = Array.isArray(item) ? item : isKeyValue(item) ? [item.key, item.value] : [];
  if (key === undefined) return Array.isArray(item) ? undefined : visitRecord(item as Record<string, unknown>, visit);
  const name = headerName(key);
  if (name !== undefined) visit(name, value);
}

/** Whether an item is `{ key, value }`; `{ key: … }` alone is a header that is called "key". */
export function isKeyValue(item: object): item is { readonly key: unknown; readonly value: unknown } {
  return Object.hasOwn(item, 'key') && Object.hasOwn(item, 'value');
}

/**
 * The text of one header value: a string, or the UTF-8 of a `Buffer` or any other view of bytes.
 *
 * @returns `undefined` when the value is something else, longer than the rule's limit, or not UTF-8; never throws
 */
export function headerText(value: unknown, rule: ValueRule): string | undefined {
  if (typeof value === 'string') return value.length <= rule.limit ? value : undefined;
  if (!ArrayBuffer.isView(value) || value.byteLength > rule.limit) return undefined;
  try {
    const bytes = value instanceof Buffer ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    // Latin-1 is the fast way for grammars that are ASCII anyway: a byte above 0x7f fails them as any other wrong letter.
    if (rule.text === 'ascii') return bytes.toString('latin1');
    return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
  } catch {
    // A detached buffer, or a typed array that lies about itself.
    return undefined;
  }
}

// More than any header that is read may have.
const maxNumbers = 16_384;

/**
 * The values of a header that is an array: of a repeated one its repeats, in their order. An array of numbers is one value: AWS Lambda's event
 * source for MSK delivers bytes so, as JSON has none; Java's are signed.
 */
export function repeatsOf(value: readonly unknown[]): readonly unknown[] {
  if (typeof value[0] !== 'number') return value;
  return value.length <= maxNumbers && value.every(isByte) ? [Uint8Array.from(value as readonly number[])] : [];
}

function isByte(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= -128 && (value as number) <= 255;
}

const nameRule: ValueRule = { limit: 1024, text: 'utf8' };

/** The text of a header's name: clients that leave keys undecoded deliver bytes here as well. */
export function headerName(name: unknown): string | undefined {
  return typeof name === 'string' ? name : headerText(name, nameRule);
}
