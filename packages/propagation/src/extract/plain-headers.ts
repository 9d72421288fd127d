import type { CarriedContext, HeaderFormat, PlainHeader } from '../formats/header-format.ts';
import { originField, progressField, relationField } from '../formats/tracelink.ts';
import { familyOf, type HeaderField, knownField } from '../headers/header-field.ts';
import { Extraction, noConflicts } from './extraction.ts';
import { PlainFindings } from './plain-findings.ts';

// A record with more headers than this is none of the usual ones.
const most = 32;

/**
 * The fast path for headers as kafkajs delivers nearly all of them: a plain object of bytes, in which one format's header says the last
 * hop's context, once and well, and no other known header stands but our own. Where nothing disagrees, repeats or is malformed there is
 * nothing to settle.
 *
 * @param formats those that are read; `undefined`: not known
 * @returns what the general path would say; `undefined` sends the headers there
 */
export function readPlainHeaders(headers: unknown, formats: readonly HeaderFormat[] | undefined): Extraction | undefined {
  if (formats === undefined || typeof headers !== 'object' || headers === null) return undefined;
  try {
    return Object.getPrototypeOf(headers) === Object.prototype ? read(headers as Record<string, unknown>, formats) : undefined;
  } catch {
    // A getter or a proxy that throws: the general path knows which headers it spoils.
    return undefined;
  }
}

function read(headers: Record<string, unknown>, formats: readonly HeaderFormat[]): Extraction | undefined {
  let carried: CarriedContext | undefined;
  let origin: Uint8Array | undefined;
  let progress: Uint8Array | undefined;
  let relation: Uint8Array | undefined;
  let count = 0;
  // A list of names would be as much garbage as a context. Inherited ones are seen, and are not plain.
  for (const name in headers) {
    if (++count > most || !Object.hasOwn(headers, name)) return undefined;
    const field = knownField(name);
    if (field === undefined) {
      if (familyOf(name) !== undefined) return undefined;
      continue;
    }
    const value = headers[name];
    if (name !== field.name || !(value instanceof Uint8Array)) return undefined;
    if (field === originField) origin = value;
    else if (field === progressField) progress = value;
    else if (field === relationField) relation = value;
    else if (carried !== undefined) return undefined;
    else {
      carried = plainOf(formats, field)?.read(value);
      if (carried === undefined) return undefined;
    }
  }
  return carried && new Extraction('trusted', carried, noConflicts, new PlainFindings(carried.context, origin, progress, relation));
}

function plainOf(formats: readonly HeaderFormat[], field: HeaderField): PlainHeader | undefined {
  for (const { plain } of formats) if (plain?.field === field) return plain;
  return undefined;
}
