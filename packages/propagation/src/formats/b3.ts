import type { SpanContext } from '@opentelemetry/api';
import { headerField } from '../headers/header-field.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { HeaderEntry } from '../headers/write-headers.ts';
import type { B3MultiNames, Carried, CarriedContext, HeaderFormat, PlainHeader, SamplingState } from './header-format.ts';
import { contextsOf, isId, isIdInBytes, isSameSpan, spanIdInBytes, traceIdInBytes, withSampled } from './ids.ts';

const dash = 0x2d;
const accept = 0x31;
const deny = 0x30;
const debug = 0x64;
const zeros = '0'.repeat(16);

const written = {
  specification: { traceId: 'X-B3-TraceId', spanId: 'X-B3-SpanId', sampled: 'X-B3-Sampled', flags: 'X-B3-Flags' },
  lower: { traceId: 'x-b3-traceid', spanId: 'x-b3-spanid', sampled: 'x-b3-sampled', flags: 'x-b3-flags' },
} as const;

// A state alone in `b3` would keep OpenTelemetry's propagator from the multiple headers.
const singleField = headerField('b3', { limit: 68, text: 'ascii', grammar: parseB3Single, isShown: hasIds });
const traceIdField = headerField('x-b3-traceid', { limit: 32, text: 'ascii', grammar: parseB3TraceId });
const spanIdField = headerField('x-b3-spanid', { limit: 16, text: 'ascii', grammar: parseB3SpanId });
const parentField = headerField('x-b3-parentspanid', { limit: 16, text: 'ascii', grammar: parseB3SpanId });
const sampledField = headerField('x-b3-sampled', { limit: 5, text: 'ascii', grammar: parseB3Sampled });
const flagsField = headerField('x-b3-flags', { limit: 1, text: 'ascii', grammar: parseB3Flags });
const fields = [singleField, traceIdField, spanIdField, parentField, sampledField, flagsField];

const plain: PlainHeader = { field: singleField, read: readB3Single, unsampled: 'deny' };

/** B3 in one header. Both encodings are read, this one first. */
export const b3: HeaderFormat = {
  carries: 'hop',
  fields,
  // OpenTelemetry's propagator reads both encodings, the single header first, whichever it writes.
  propagatorFields: ['b3', 'x-b3-traceid'],
  extract: (headers) => firstWithIds(extractSingle(headers), headers, extractMulti),
  alternative: (headers) => ofAnotherSpan(extractMulti(headers), headers, extractSingle),
  plain: { ...plain, write: (span) => formatB3Single(span, 'flag') },
  repeated: repeatedSingle,
  inject: (entries, span, state) => void entries.push(['b3', formatB3Single(span, state)]),
};

/** B3 in several headers. Both encodings are read, this one first. */
export const b3multi: HeaderFormat = {
  carries: 'hop',
  fields,
  propagatorFields: [],
  extract: (headers) => firstWithIds(extractMulti(headers), headers, extractSingle),
  alternative: (headers) => ofAnotherSpan(extractSingle(headers), headers, extractMulti),
  plain,
  repeated: repeatedSingle,
  inject: (entries, span, state, { b3multiNames }) => void entries.push(...formatB3Multi(span, state, b3multiNames)),
};

function extractSingle(headers: TraceHeaders): Carried | undefined {
  return headers.last(singleField, parseB3Single);
}

function repeatedSingle(headers: TraceHeaders): readonly CarriedContext[] {
  return contextsOf(headers.repeats(singleField, parseB3Single));
}

function extractMulti(headers: TraceHeaders): Carried | undefined {
  return b3Multi(
    headers.last(traceIdField, parseB3TraceId),
    headers.last(spanIdField, parseB3SpanId),
    headers.last(sampledField, parseB3Sampled),
    headers.last(flagsField, parseB3Flags) ?? false,
  );
}

/** The first encoding that has ids; a state that stands alone in `first` still decides (`b3: 0` denies). */
function firstWithIds(
  first: Carried | undefined,
  headers: TraceHeaders,
  extractOther: (headers: TraceHeaders) => Carried | undefined,
): Carried | undefined {
  if (first?.context !== undefined) return first;
  const other = extractOther(headers);
  if (first === undefined || other?.context === undefined) return first ?? other;
  return { ...first, context: withSampled(other.context, first.sampling !== 'deny') };
}

/** What the less preferred encoding says where both have ids: software that writes one of them and copies all headers leaves the other stale. */
function ofAnotherSpan(
  other: Carried | undefined,
  headers: TraceHeaders,
  extractPreferred: (headers: TraceHeaders) => Carried | undefined,
): CarriedContext | undefined {
  if (other?.context === undefined) return undefined;
  const preferred = extractPreferred(headers)?.context;
  return preferred === undefined || isSameSpan(other.context, preferred) ? undefined : (other as CarriedContext);
}

function hasIds(parsed: unknown): boolean {
  return (parsed as Carried | undefined)?.context !== undefined;
}

/**
 * Reads `b3`: `{trace id of 32 or 16}-{span id}[-{0|1|d}[-{parent id}]]`, or the state alone. The whole text must match.
 * The parent id is checked and dropped; a parent without a state is legal. Source: B3 Propagation, "Single Header".
 */
export function parseB3Single(text: string): Carried | undefined {
  if (text.length === 1) return isState(text.charCodeAt(0)) ? carried(undefined, text.charCodeAt(0)) : undefined;
  const traceEnd = text.charCodeAt(16) === dash ? 16 : 32;
  const spanEnd = traceEnd + 17;
  if (text.charCodeAt(traceEnd) !== dash || !isId(text, 0, traceEnd) || !isId(text, traceEnd + 1, spanEnd)) return undefined;
  const state = stateAfter(text, spanEnd);
  if (state === undefined) return undefined;
  const context = {
    traceId: wide(text.slice(0, traceEnd)),
    spanId: text.slice(traceEnd + 1, spanEnd),
    traceFlags: state === accept || state === debug ? 1 : 0,
    isRemote: true,
  };
  return carried(context, state);
}

/** The same for the bytes of ids of 128 and 64 bits with a state other than debug, which nearly all tracers write. */
export function readB3Single(bytes: Uint8Array): SpanContext | undefined {
  if (bytes.length !== 51 || bytes[32] !== dash || bytes[49] !== dash) return undefined;
  const state = bytes[50] as number;
  if ((state !== accept && state !== deny) || !isIdInBytes(bytes, 0, 32) || !isIdInBytes(bytes, 33, 49)) return undefined;
  return { traceId: traceIdInBytes(bytes, 0), spanId: spanIdInBytes(bytes, 33), traceFlags: state === deny ? 0 : 1, isRemote: true };
}

/** The state's code, 0 when there is none, `undefined` when what follows the ids is no B3. */
function stateAfter(text: string, end: number): number | undefined {
  const rest = text.length - end;
  if (rest === 0) return 0;
  if (text.charCodeAt(end) !== dash) return undefined;
  if (rest === 17) return isId(text, end + 1, text.length) ? 0 : undefined;
  const state = text.charCodeAt(end + 1);
  if (!isState(state)) return undefined;
  if (rest === 2) return state;
  return rest === 19 && text.charCodeAt(end + 2) === dash && isId(text, end + 3, text.length) ? state : undefined;
}

function isState(code: number): boolean {
  return code === accept || code === deny || code === debug;
}

function carried(context: SpanContext | undefined, state: number): Carried {
  return { context, sampling: state === deny ? 'deny' : state === 0 ? 'defer' : 'inherit', debug: state === debug };
}

/** Writes `b3` without a parent id, as messages should (B3 Propagation, "JMS"); without a state only where no one has decided. */
export function formatB3Single({ traceId, spanId, traceFlags }: SpanContext, state: SamplingState): string {
  if (state === 'undecided') return `${traceId}-${spanId}`;
  // Each part of a text is an object more until the client encodes it.
  return `${traceId}-${spanId}${state === 'debug' ? '-d' : (traceFlags & 1) === 1 ? '-1' : '-0'}`;
}

/** Reads `X-B3-TraceId`: 32 or 16 lower-case hex digits, not all zeros; padded to 32. */
function parseB3TraceId(text: string): string | undefined {
  return (text.length === 32 || text.length === 16) && isId(text, 0, text.length) ? wide(text) : undefined;
}

/** Reads `X-B3-SpanId`: 16 lower-case hex digits, not all zeros. */
function parseB3SpanId(text: string): string | undefined {
  return text.length === 16 && isId(text, 0, 16) ? text : undefined;
}

/** Reads `X-B3-Sampled`: `1` and `0`, and the `true` and `false` of old tracers (OpenTelemetry reads `True`, `False` too). */
function parseB3Sampled(text: string): boolean | undefined {
  if (text === '1' || text === 'true' || text === 'True') return true;
  return text === '0' || text === 'false' || text === 'False' ? false : undefined;
}

/** Reads `X-B3-Flags`: `1` is debug, `0` is legal and says nothing. */
function parseB3Flags(text: string): boolean | undefined {
  return text === '1' ? true : text === '0' ? false : undefined;
}

/** Puts the headers together: debug beats sampled; ids come in pairs or not at all; a state without ids still counts. */
function b3Multi(
  traceId: string | undefined,
  spanId: string | undefined,
  sampled: boolean | undefined,
  debug: boolean,
): Carried | undefined {
  const accepted = debug || sampled === true;
  const sampling = accepted ? 'inherit' : sampled === false ? 'deny' : 'defer';
  if (traceId === undefined || spanId === undefined) return sampling === 'defer' ? undefined : { context: undefined, sampling, debug };
  return { context: { traceId, spanId, traceFlags: accepted ? 1 : 0, isRemote: true }, sampling, debug };
}

/** Writes `X-B3-*`: no parent id (OpenTelemetry's rule), and with debug no `Sampled`, which debug implies. */
export function formatB3Multi(context: SpanContext, state: SamplingState, names: B3MultiNames): readonly HeaderEntry[] {
  const name = written[names];
  const ids: readonly HeaderEntry[] = [
    [name.traceId, context.traceId],
    [name.spanId, context.spanId],
  ];
  if (state === 'undecided') return ids;
  return [...ids, state === 'debug' ? [name.flags, '1'] : [name.sampled, (context.traceFlags & 1) === 1 ? '1' : '0']];
}

/** A trace id of 64 bits as one of 128, zeros on the left; the length is 16 or 32. */
function wide(traceId: string): string {
  return traceId.length === 32 ? traceId : zeros + traceId;
}
