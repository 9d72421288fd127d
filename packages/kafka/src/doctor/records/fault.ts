import { isUtf8 } from 'node:buffer';
import type { HeaderBag } from './header-bag.ts';
import { traceHeaders, type TraceHeader } from './trace-header.ts';

/** What is wrong with the value of a header that names a trace. */
export type FaultKind =
  | 'null'
  | 'empty'
  | 'quoted'
  | 'base64'
  | 'serialized'
  | 'joined'
  | 'padded'
  | 'upper case'
  | 'zero'
  | 'number'
  | 'short'
  | 'version'
  | 'malformed';

/** A value that no reader takes. */
export interface Fault {
  readonly kind: FaultKind;
  /** As the header is spelled. */
  readonly header: string;
  /** The value, cut. */
  readonly text: string;
}

/** More of a value says nothing more. */
const longest = 2_048;

/** The values of trace headers that cannot be read, each with the reason. */
export function faultsIn(headers: HeaderBag): readonly Fault[] {
  const faults: Fault[] = [];
  for (const header of traceHeaders.values())
    for (const { name, values } of headers.spellings(header.name))
      for (const value of values) {
        const kind = faultOf(header, value);
        if (kind !== undefined) faults.push({ kind, header: name, text: textOf(value).slice(0, 128) });
      }
  return faults;
}

/** Values that a program makes of something that is no text. */
const isNoText = /^(?:\[object \w+\]|undefined|null|NaN)$/;
const isQuoted = /^(["'])(.*)\1$/s;
const isBase64 = /^[\w+/-]{16,}={0,2}$/;

/** The first reason that explains the value: that a small repair would make it valid explains more than that it is wrong. */
function faultOf({ name, accepts }: TraceHeader, value: Buffer | null): FaultKind | undefined {
  if (value === null) return 'null';
  if (value.length === 0) return 'empty';
  if (value.length > longest || !isUtf8(value)) return 'malformed';
  const text = value.toString();
  if (accepts(text)) return undefined;
  const inner = isQuoted.exec(text)?.[2];
  if (inner !== undefined && accepts(inner)) return 'quoted';
  if (isNoText.test(text) || isBytes(text, accepts)) return 'serialized';
  const parts = text.split(',');
  if (parts.length > 1 && parts.every((part) => accepts(part.trim()))) return 'joined';
  if (accepts(trimmed(text))) return 'padded';
  if (isBase64.test(text) && accepts(Buffer.from(text, 'base64').toString())) return 'base64';
  if (accepts(text.toLowerCase())) return 'upper case';
  if (isZero(text)) return 'zero';
  if (name.startsWith('x-b3-') && /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return 'number';
  if (isShort(name, text)) return 'short';
  return /^(?:ff-|[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}.)/.test(text) ? 'version' : 'malformed';
}

function textOf(value: Buffer | null): string {
  return value === null ? 'null' : value.subarray(0, longest).toString();
}

/** Without the white space and control characters around it. */
function trimmed(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/^[\u0000-\u0020\u00a0\ufeff]+|[\u0000-\u0020\u00a0\ufeff]+$/g, '');
}

/** Whether it is a list of the bytes of a valid value: `48,48,45`, `[48,48]` or the JSON of a Buffer. */
function isBytes(text: string, accepts: (text: string) => boolean): boolean {
  const list = /^(?:\{"type":"Buffer","data":)?\[?((?:-?\d{1,3},)+-?\d{1,3})\]?\}?$/.exec(text)?.[1];
  return list !== undefined && accepts(Buffer.from(list.split(',').map(Number)).toString());
}

/** Whether an id is nothing but zeros. */
function isZero(text: string): boolean {
  return /^0+$/.test(text) || /(?:^|[-:])0{16,32}(?:[-:]|$)/.test(text);
}

/** Whether an id has fewer digits than its header asks for. */
function isShort(name: string, text: string): boolean {
  if (name.startsWith('x-b3-')) return /^[\da-f]{1,31}$/.test(text);
  return /^(?:00-)?[\da-f]{1,32}-[\da-f]{1,16}(?:-[\da-f]{1,2})?$/.test(text);
}
