import { isUtf8 } from 'node:buffer';
import type { ValueRule } from './header-field.ts';

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

const nameRule: ValueRule = { limit: 1024, text: 'utf8' };

/** The text of a header's name: clients that leave keys undecoded deliver bytes here as well. */
export function headerName(name: unknown): string | undefined {
  return typeof name === 'string' ? name : headerText(name, nameRule);
}
