import type { SpanContext } from '@opentelemetry/api';
import type { HeaderFormat, PlainHeader } from '../formats/header-format.ts';
import { originField, progressField, relationField } from '../formats/tracelink.ts';
import { familyOf, knownField } from '../headers/header-field.ts';
import type { Extraction } from './extraction.ts';
import { readPlainEntries } from './plain-entries.ts';
import { mostPlainHeaders, plainExtraction } from './plain-findings.ts';

/**
 * The fast path for headers as kafkajs delivers nearly all of them, a plain object of bytes, or as `@platformatic/kafka` does, a list of
 * entries in bytes: one format's header says the last hop's context, once and well, and no other known header stands but our own. Where
 * nothing disagrees, repeats or is malformed there is nothing to settle.
 *
 * @param formats those that are read; `undefined`: not known
 * @returns what the general path would say; `undefined` sends the headers there
 */
export function readPlainHeaders(headers: unknown, formats: readonly HeaderFormat[] | undefined): Extraction | undefined {
  if (formats === undefined || typeof headers !== 'object' || headers === null) return undefined;
  try {
    const prototype: unknown = Object.getPrototypeOf(headers);
    if (prototype === Object.prototype) return read(headers as Record<string, unknown>, formats);
    return prototype === Array.prototype && Array.isArray(headers) ? readPlainEntries(headers, formats) : undefined;
  } catch {
    // A getter or a proxy that throws: the general path knows which headers it spoils.
    return undefined;
  }
}

function read(headers: Record<string, unknown>, formats: readonly HeaderFormat[]): Extraction | undefined {
  let context: SpanContext | undefined;
  let hop: PlainHeader | undefined;
  let origin: Uint8Array | undefined;
  let progress: Uint8Array | undefined;
  let relation: Uint8Array | undefined;
  let count = 0;
  // A list of names would be as much garbage as a context. Inherited ones are seen, and are not plain.
  for (const name in headers) {
    if (++count > mostPlainHeaders || !Object.hasOwn(headers, name)) return undefined;
    const plain = plainNamed(formats, name);
    const field = plain?.field ?? (name === originField.name ? originField : knownField(name));
    if (field === undefined) {
      if (familyOf(name) !== undefined) return undefined;
      continue;
    }
    const value = headers[name];
    if (name !== field.name || !(value instanceof Uint8Array)) return undefined;
    if (plain !== undefined) {
      if (hop !== undefined) return undefined;
      hop = plain;
      context = plain.read(value);
      if (context === undefined) return undefined;
    } else if (field === originField) origin = value;
    else if (field === progressField) progress = value;
    else if (field === relationField) relation = value;
    else return undefined;
  }
  return context === undefined || hop === undefined ? undefined : plainExtraction(hop, context, origin, progress, relation);
}

/** By the name as it is usually spelled, which is one comparison of two addresses. */
function plainNamed(formats: readonly HeaderFormat[], name: string): PlainHeader | undefined {
  for (let index = 0; index < formats.length; index++) {
    const plain = formats[index]?.plain;
    if (plain !== undefined && plain.field.name === name) return plain;
  }
  return undefined;
}
