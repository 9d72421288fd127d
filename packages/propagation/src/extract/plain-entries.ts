import type { SpanContext } from '@opentelemetry/api';
import type { HeaderFormat, PlainHeader } from '../formats/header-format.ts';
import { isTextInBytes } from '../formats/ids.ts';
import { originField, progressField, relationField } from '../formats/tracelink.ts';
import { familyOf, knownField, mayBeKnown } from '../headers/header-field.ts';
import type { Extraction } from './extraction.ts';
import { mostPlainHeaders, plainExtraction } from './plain-findings.ts';

/**
 * The fast path of `readPlainHeaders` for headers as `@platformatic/kafka` delivers them: a list of names and values, both in bytes. A name is
 * decoded only where its first letter and its length are those of a known one.
 *
 * @returns what the general path would say; `undefined` sends the headers there. Throws what a proxy in the list throws
 */
export function readPlainEntries(entries: readonly unknown[], formats: readonly HeaderFormat[]): Extraction | undefined {
  let context: SpanContext | undefined;
  let hop: PlainHeader | undefined;
  let origin: Uint8Array | undefined;
  let progress: Uint8Array | undefined;
  let relation: Uint8Array | undefined;
  const { length } = entries;
  if (length > mostPlainHeaders) return undefined;
  for (let index = 0; index < length; index++) {
    const entry = entries[index];
    if (!Array.isArray(entry)) return undefined;
    const name: unknown = entry[0];
    if (!(name instanceof Uint8Array)) return undefined;
    if (!mayBeKnown(name)) continue;
    const value: unknown = entry[1];
    const plain = plainSpelled(formats, name);
    if (plain !== undefined) {
      if (hop !== undefined || !(value instanceof Uint8Array)) return undefined;
      hop = plain;
      context = plain.read(value);
      if (context === undefined) return undefined;
    } else if (spells(name, originField.name)) {
      if (origin !== undefined || !(value instanceof Uint8Array)) return undefined;
      origin = value;
    } else if (spells(name, progressField.name)) {
      if (progress !== undefined || !(value instanceof Uint8Array)) return undefined;
      progress = value;
    } else if (spells(name, relationField.name)) {
      if (relation !== undefined || !(value instanceof Uint8Array)) return undefined;
      relation = value;
    } else if (isKnown(name)) return undefined;
  }
  return context === undefined || hop === undefined ? undefined : plainExtraction(hop, context, origin, progress, relation);
}

function plainSpelled(formats: readonly HeaderFormat[], name: Uint8Array): PlainHeader | undefined {
  for (let index = 0; index < formats.length; index++) {
    const plain = formats[index]?.plain;
    if (plain !== undefined && spells(name, plain.field.name)) return plain;
  }
  return undefined;
}

function spells(bytes: Uint8Array, name: string): boolean {
  return bytes.length === name.length && isTextInBytes(bytes, 0, name);
}

/** In any case, or one of a family; anything but ASCII counts, as its lower case may be a known name. */
function isKnown(bytes: Uint8Array): boolean {
  let name = '';
  for (let index = 0; index < bytes.length; index++) {
    const code = bytes[index] as number;
    if (code > 0x7f) return true;
    name += String.fromCharCode(code);
  }
  return knownField(name) !== undefined || familyOf(name) !== undefined;
}
