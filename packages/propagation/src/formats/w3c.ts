import type { SpanContext } from '@opentelemetry/api';
import { type FieldRule, type HeaderField, headerField } from '../headers/header-field.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { Carried, HeaderFormat } from './header-format.ts';
import { contextsOf, digitOf, isHexCode, isId, isIdInBytes, spanIdInBytes, traceIdInBytes } from './ids.ts';
import { formatTraceState, lazyTraceState } from './trace-state.ts';

const dash = 0x2d;
const zero = 0x30;
const length = 55;
// With the dash before them: each part of a text is an object more until the client encodes it.
const writtenFlags = ['-00', '-01', '-02', '-03'] as const;

/** What holds for every header that is a `traceparent`. */
export const traceparentRule: FieldRule = { limit: 128, text: 'ascii', grammar: parseTraceparent };
const traceparent = headerField('traceparent', traceparentRule);
export const tracestate: HeaderField = headerField('tracestate', { limit: 8192, text: 'ascii', isList: true });

/** W3C Trace Context. */
export const w3c: HeaderFormat = {
  carries: 'hop',
  fields: [traceparent, tracestate],
  propagatorFields: ['traceparent'],
  extract: (headers) => extractTraceparent(headers, traceparent, tracestate),
  plain: { field: traceparent, read: readTraceparent, unsampled: 'inherit', write: formatTraceparent },
  repeated(headers) {
    // Without a tracestate, which goes with the newest.
    return contextsOf(headers.repeats(traceparent, parseTraceparent).map((context) => ({ context, sampling: 'inherit', debug: false })));
  },
  inject(entries, span) {
    entries.push(['traceparent', formatTraceparent(span)]);
    const state = span.traceState === undefined ? '' : formatTraceState(span.traceState);
    if (state !== '') entries.push(['tracestate', state]);
  },
};

/** Reads a context from a pair of headers, whatever their names. */
export function extractTraceparent(headers: TraceHeaders, parent: HeaderField, state: HeaderField): Carried | undefined {
  const context = headers.last(parent, parseTraceparent);
  if (context === undefined) return undefined;
  // Only beside a valid traceparent (W3C Trace Context, "tracestate Header").
  const text = stateBeside(headers, parent, state);
  return { context: text === undefined ? context : { ...context, traceState: lazyTraceState(text) }, sampling: 'inherit', debug: false };
}

/** The `tracestate` that goes with the `traceparent` that counts; `undefined` where there is none. */
export function traceStateText(headers: TraceHeaders): string | undefined {
  return stateBeside(headers, traceparent, tracestate);
}

/**
 * A list that was written in several headers is one, in their order. Where the `traceparent` beside it repeats, hops appended theirs, and
 * not every one has a list: of one trace the members of a later hop are the newer ones, which stand to the left; of several traces no one
 * can say whose list is whose, and a trace must not get the state of another.
 */
function stateBeside(headers: TraceHeaders, parent: HeaderField, state: HeaderField): string | undefined {
  const [last, ...earlier] = headers.hasRepeats ? headers.repeats(parent, parseTraceparent) : [];
  if (last === undefined || earlier.length === 0) return headers.joined(state);
  if (earlier.some(({ traceId }) => traceId !== last.traceId)) return undefined;
  const newestFirst = headers.texts(state).join(',');
  // Each member once: of equal ones OpenTelemetry's propagator takes the last.
  return newestFirst === '' ? undefined : lazyTraceState(newestFirst).serialize();
}

/**
 * Reads a `traceparent`: version `00` exactly, a higher version by its first 55 characters, `ff` never.
 * Flags other than sampled and random-trace-id are dropped, as W3C Trace Context Level 2 asks of those that send them on.
 *
 * @returns a remote context without tracestate; `undefined` when malformed (white space around it included)
 */
export function parseTraceparent(text: string): SpanContext | undefined {
  if (text.length < length) return undefined;
  if (text.charCodeAt(2) !== dash || text.charCodeAt(35) !== dash || text.charCodeAt(52) !== dash) return undefined;
  if (!isVersion(text)) return undefined;
  const high = text.charCodeAt(53);
  const low = text.charCodeAt(54);
  if (!isHexCode(high) || !isHexCode(low) || !isId(text, 3, 35) || !isId(text, 36, 52)) return undefined;
  // Only the two lowest bits are wanted. Codes of 0-9 end in the digit's own bits, those of a-f are one behind.
  const traceFlags = (low <= 0x39 ? low : low + 1) & 3;
  return { traceId: text.slice(3, 35), spanId: text.slice(36, 52), traceFlags, isRemote: true };
}

/** The same for the bytes of version `00`, as what a header without `tracestate` says. */
export function readTraceparent(bytes: Uint8Array): SpanContext | undefined {
  const traceFlags = flagsOfTraceparent(bytes);
  if (traceFlags === undefined || !isIdInBytes(bytes, 3, 35) || !isIdInBytes(bytes, 36, 52)) return undefined;
  return { traceId: traceIdInBytes(bytes, 3), spanId: spanIdInBytes(bytes, 36), traceFlags, isRemote: true };
}

/** The flags in the bytes of a `traceparent` of version `00`, whose ids are not looked at; `undefined` for everything else. */
export function flagsOfTraceparent(bytes: Uint8Array): number | undefined {
  if (bytes.length !== length || bytes[0] !== zero || bytes[1] !== zero) return undefined;
  if (bytes[2] !== dash || bytes[35] !== dash || bytes[52] !== dash) return undefined;
  const high = digitOf(bytes[53] as number);
  const low = digitOf(bytes[54] as number);
  return (high | low) < 16 ? low & 3 : undefined;
}

function isVersion(text: string): boolean {
  if (text.startsWith('00')) return text.length === length;
  if (!isHexCode(text.charCodeAt(0)) || !isHexCode(text.charCodeAt(1)) || text.startsWith('ff')) return false;
  return text.length === length || text.charCodeAt(length) === dash;
}

/** Writes a `traceparent` of version `00`: 55 characters, flags of two digits whatever number the context holds. */
export function formatTraceparent(context: SpanContext): string {
  return `00-${context.traceId}-${context.spanId}${writtenFlags[context.traceFlags & 3] ?? '-00'}`;
}
