import {
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapSetter,
  isSpanContextValid,
  propagation,
  trace,
} from '@opentelemetry/api';
import { emptyContext } from '@tracelink/context/internal';
import type { Carried, Reading } from '../formats/header-format.ts';
import { isNormal, isSameSpan, normalized, withSampled } from '../formats/ids.ts';
import { type SettledHop, repeatsIn, settleHop } from '../formats/settle-hop.ts';
import { traceStateText, tracestate } from '../formats/w3c.ts';
import { forEachHeader, headerText, repeatsOf } from '../headers/for-each-header.ts';
import { guard, logError } from '../headers/guard.ts';
import { knownField } from '../headers/header-field.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { HeaderEntry } from '../headers/write-headers.ts';
import { globalFields } from './global-fields.ts';

/** What the global propagator read. */
export interface GlobalReading extends Reading {
  /** The context that it extracted; `undefined` when it left its input as it was. */
  readonly base: Context | undefined;
}

interface Guarded {
  readonly headers: unknown;
  readonly known: TraceHeaders;
}

// The longest value that a propagator is shown.
const maxLength = 8192;
const noConflicts: readonly SpanContext[] = Object.freeze([]);

const getter: TextMapGetter<Guarded> = {
  keys({ headers }) {
    const names: string[] = [];
    forEachHeader(headers, (name) => names.push(name));
    return names;
  },
  // A propagator sees a value only when it is text that matches its format's whole grammar. OpenTelemetry's B3 propagator
  // finds valid ids in the middle of other text, and its baggage propagator throws on bytes.
  get({ headers, known }, key) {
    const field = knownField(key);
    if (field === undefined) return lastText(headers, key);
    if (field === tracestate) return traceStateText(known)?.slice(0, maxLength);
    return field.isList ? known.joined(field)?.slice(0, maxLength) : known.lastShown(field);
  },
};

/** A header of a format that is not known here: exact name before other cases, the last readable text. */
function lastText(headers: unknown, key: string): string | undefined {
  let exact: string | undefined;
  let otherCase: string | undefined;
  const lower = key.toLowerCase();
  forEachHeader(headers, (name, value) => {
    if (name.toLowerCase() !== lower) return;
    for (const member of Array.isArray(value) ? repeatsOf(value) : [value]) {
      const text = headerText(member, { limit: maxLength, text: 'utf8' });
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
  const base = extracted === emptyContext ? undefined : extracted;
  const context = remoteContext(extracted);
  let own: Carried | undefined;
  let others: Candidate[] | undefined;
  const { formats } = globalFields();
  for (const format of known.isEmpty ? [] : formats) {
    const carried = format.extract(known);
    if (carried === undefined) continue;
    if (context === undefined ? carried.context === undefined : carried.context !== undefined && isSameSpan(carried.context, context))
      own ??= carried;
    else if (context !== undefined && carried.context !== undefined) (others ??= []).push({ context: carried.context, carried });
    const alternative = format.alternative?.(known);
    if (alternative === undefined || context === undefined) continue;
    if (isSameSpan(alternative.context, context)) own ??= alternative;
    else (others ??= []).push({ context: alternative.context, carried: alternative });
  }
  const settled = context && settledGlobally(known, { context, carried: own }, others);
  const carried = settled === undefined ? own : settled.chosen.carried;
  const chosen = settled?.chosen.context ?? context;
  const sampling = carried?.sampling ?? 'inherit';
  const decided = chosen !== undefined && sampling === 'deny' ? withSampled(chosen, false) : chosen;
  return { context: decided, sampling, debug: carried?.debug ?? false, conflicts: settled?.conflicts ?? noConflicts, base };
}

/** A context, and what its format says beside it; that is not known of a format that only the propagator reads. */
interface Candidate {
  readonly context: SpanContext;
  readonly carried: Carried | undefined;
}

function settledGlobally(
  known: TraceHeaders,
  first: Candidate,
  others: readonly Candidate[] | undefined,
): SettledHop<Candidate> | undefined {
  const repeats = repeatsIn(known, globalFields().formats);
  if (others === undefined && repeats.length === 0) return undefined;
  const candidates = repeats.map((all) => all.map((carried) => ({ context: carried.context, carried })));
  return settleHop(known, [first, ...(others ?? [])], candidates);
}

function extractGlobally(headers: unknown, known: TraceHeaders): Context {
  // A propagator whose every field is a known header finds nothing where there is none.
  if (known.isEmpty && globalFields().areKnown) return emptyContext;
  try {
    const extracted: unknown = propagation.extract(emptyContext, { headers, known }, getter);
    return isContext(extracted) ? extracted : emptyContext;
  } catch (error) {
    logError('reading headers by the global propagator failed', error);
    return emptyContext;
  }
}

/** A propagator of the user's may return nothing, or a promise. */
function isContext(extracted: unknown): extracted is Context {
  return typeof (extracted as Partial<Context> | null | undefined)?.getValue === 'function';
}

/** The extracted context made fit to be sent on: lower-case ids, two flag bits (OpenTelemetry would write `-0ff`). */
function remoteContext(extracted: Context): SpanContext | undefined {
  const found = trace.getSpanContext(extracted);
  if (found === undefined) return undefined;
  if (found.isRemote === true && isNormal(found)) return found;
  return isSpanContextValid(found) ? { ...normalized(found), isRemote: true } : undefined;
}

/** What the global propagator writes for `context`. */
export function injectGlobally(context: Context): HeaderEntry[] {
  const entries: [name: string, value: string][] = [];
  guard('writing headers by the global propagator', () => propagation.inject(writable(context), entries, setter));
  return entries;
}

const setter: TextMapSetter<[name: string, value: string][]> = {
  set(entries, name, value) {
    // Anything else would make the client reject the message. An empty header says nothing (OpenTelemetry writes an empty `tracestate`).
    if (typeof name !== 'string' || typeof value !== 'string' || value === '') return;
    const same = entries.find(([other]) => other === name);
    if (same === undefined) entries.push([name, value]);
    else same[1] = value;
  },
};

function writable(context: Context): Context {
  const span = trace.getSpanContext(context);
  // OpenTelemetry's propagators copy flags and ids as they are: `-0ff` and capital digits, which no reader accepts.
  if (span === undefined || isNormal(span) || !isSpanContextValid(span)) return context;
  return trace.setSpanContext(context, normalized(span));
}
