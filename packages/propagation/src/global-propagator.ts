import {
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapSetter,
  ROOT_CONTEXT,
  diag,
  isSpanContextValid,
  propagation,
  trace,
} from '@opentelemetry/api';
import { parseB3Flags, parseB3Sampled, parseB3SpanId, parseB3TraceId } from './b3-multi.ts';
import { parseB3Single } from './b3-single.ts';
import type { Carried, HeaderEntry } from './carried.ts';
import { forEachHeader } from './for-each-header.ts';
import type { Format } from './format.ts';
import { headerText } from './header-text.ts';
import { parseJaeger } from './jaeger.ts';
import { type KnownHeader, knownHeader } from './known-header.ts';
import { type Reading, isSameSpan } from './read-context.ts';
import { readFormat, withSampled } from './read-format.ts';
import type { TraceHeaders } from './trace-headers.ts';
import { normalized } from './normalized.ts';
import { parseTraceparent } from './traceparent.ts';

/** What the global propagator read. */
export interface GlobalReading extends Reading {
  /** The context that it extracted; `undefined` when it left its input as it was. */
  readonly base: Context | undefined;
}

interface Guarded {
  readonly headers: unknown;
  readonly known: TraceHeaders;
}

// A propagator sees a value only when it is text that matches its format's whole grammar. OpenTelemetry's B3 propagator
// finds valid ids in the middle of other text, its baggage propagator throws on bytes, and a state alone in `b3` keeps it
// from the multiple headers.
const grammars: Partial<Record<KnownHeader, (text: string) => unknown>> = {
  traceparent: parseTraceparent,
  ce_traceparent: parseTraceparent,
  b3: (text) => parseB3Single(text)?.context,
  'x-b3-traceid': parseB3TraceId,
  'x-b3-spanid': parseB3SpanId,
  'x-b3-parentspanid': parseB3SpanId,
  'x-b3-sampled': parseB3Sampled,
  'x-b3-flags': parseB3Flags,
  'uber-trace-id': parseJaeger,
};

const getter: TextMapGetter<Guarded> = {
  keys({ headers }) {
    const names: string[] = [];
    forEachHeader(headers, (name) => names.push(name));
    return names;
  },
  get({ headers, known }, key) {
    const name = knownHeader(key)?.name;
    if (name === undefined) return lastText(headers, key);
    if (name === 'tracestate' || name === 'baggage') return known.joined(name)?.slice(0, 8192);
    const grammar = grammars[name];
    return known.last(name, (text) => (grammar === undefined || grammar(text) !== undefined ? text : undefined));
  },
};

/** A header of a format that is not known here: exact name before other cases, the last readable text. */
function lastText(headers: unknown, key: string): string | undefined {
  let exact: string | undefined;
  let otherCase: string | undefined;
  const lower = key.toLowerCase();
  forEachHeader(headers, (name, value) => {
    if (name.toLowerCase() !== lower) return;
    for (const member of Array.isArray(value) ? value : [value]) {
      const text = headerText(member, { limit: 8192, text: 'utf8' });
      if (text === undefined) continue;
      if (name === key) exact = text;
      else otherCase = text;
    }
  });
  return exact ?? otherCase;
}

/** Reads with the propagator that is registered now, and adds what it drops: a denial without ids, debug, conflicts. */
export function readGlobally(headers: unknown, known: TraceHeaders): GlobalReading {
  const extracted = extractGlobally(headers, known);
  const base = extracted === ROOT_CONTEXT ? undefined : extracted;
  const context = remoteContext(extracted);
  const all = known.isEmpty ? [] : globalFormats().flatMap((format) => readFormat(format, known) ?? []);
  const own = all.find((carried) => (context === undefined ? carried.context === undefined : isSpan(carried, context)));
  const conflicts: SpanContext[] = [];
  for (const other of all) {
    if (context === undefined || other.context === undefined || isSpan(other, context)) continue;
    if (!conflicts.some((conflict) => isSpan(other, conflict))) conflicts.push(other.context);
  }
  const sampling = own?.sampling ?? 'inherit';
  const decided = context !== undefined && sampling === 'deny' ? withSampled(context, false) : context;
  return { context: decided, sampling, debug: own?.debug ?? false, conflicts, base };
}

function isSpan(carried: Carried, context: SpanContext): boolean {
  return carried.context !== undefined && isSameSpan(carried.context, context);
}

/** The creation context alone. */
export function globalCreationContext(headers: unknown, known: TraceHeaders): SpanContext | undefined {
  return remoteContext(extractGlobally(headers, known));
}

function extractGlobally(headers: unknown, known: TraceHeaders): Context {
  try {
    return propagation.extract(ROOT_CONTEXT, { headers, known }, getter);
  } catch (error) {
    diag.debug('@tracelink/propagation: the global propagator threw while reading', error);
    return ROOT_CONTEXT;
  }
}

/** The extracted context made fit to be sent on: lower-case ids, two flag bits (OpenTelemetry would write `-0ff`). */
function remoteContext(extracted: Context): SpanContext | undefined {
  const found = trace.getSpanContext(extracted);
  if (found === undefined || !isSpanContextValid(found)) return undefined;
  return { ...normalized(found), isRemote: true };
}

function globalFormats(): readonly Format[] {
  const fields = new Set(propagation.fields().map((field) => field.toLowerCase()));
  const formats: Format[] = [];
  if (fields.has('traceparent')) formats.push('w3c');
  // OpenTelemetry reads both encodings, the single header first, whichever it writes.
  if (fields.has('b3') || fields.has('x-b3-traceid')) formats.push('b3');
  if (fields.has('uber-trace-id')) formats.push('jaeger');
  return formats;
}

/** What the global propagator writes for `context`; `fields` are the names that it may write, which must go where stale. */
export function injectGlobally(context: Context): { readonly entries: readonly HeaderEntry[]; readonly fields: readonly string[] } {
  const entries = new Map<string, string>();
  try {
    propagation.inject(writable(context), entries, setter);
  } catch (error) {
    diag.debug('@tracelink/propagation: the global propagator threw while writing', error);
  }
  return { entries: [...entries], fields: propagation.fields() };
}

const setter: TextMapSetter<Map<string, string>> = {
  set(entries, name, value) {
    // Anything else would make the client reject the message. An empty header says nothing (OpenTelemetry writes an empty `tracestate`).
    if (typeof value === 'string' && value !== '') entries.set(name, value);
  },
};

function writable(context: Context): Context {
  const span = trace.getSpanContext(context);
  // OpenTelemetry's propagators copy flags and ids as they are: `-0ff` and capital digits, which no reader accepts.
  return span === undefined || !isSpanContextValid(span) ? context : trace.setSpanContext(context, normalized(span));
}
