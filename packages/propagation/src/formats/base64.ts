import { isUtf8 } from 'node:buffer';

const grammar = /^[A-Za-z0-9+/]*={0,2}$/;

/** Decodes base64 of UTF-8 text, with or without padding; `undefined` when it is neither. */
export function fromBase64(text: string): string | undefined {
  // Node's decoder skips what it does not know, so the alphabet is checked first. One digit alone holds no byte.
  if (!grammar.test(text) || text.replace(/=+$/, '').length % 4 === 1) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

/** Encodes UTF-8 text as base64 with padding. */
export function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
