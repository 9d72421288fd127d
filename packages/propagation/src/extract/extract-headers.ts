import type { SpanContext } from '@opentelemetry/api';
import type { Carried, HeaderFormat, Reading } from '../formats/header-format.ts';
import { isSameSpan, withSampled } from '../formats/ids.ts';
import { globalCreationContext, readGlobally } from '../global/global-propagator.ts';
import { TraceHeaders } from '../headers/trace-headers.ts';
import { countConflicts, countMalformed } from './counters.ts';
import { Extraction, type Trust, emptyExtraction, linkOnly } from './extraction.ts';
import { Findings, type FindingsSettings } from './findings.ts';

const noConflicts: readonly SpanContext[] = Object.freeze([]);

/** How headers are read. */
export interface ExtractSettings extends FindingsSettings {
  /** How far the headers of a topic are believed. */
  trust(topic: string): Trust;
}

/** See `KafkaPropagation.extract`. */
export function extractHeaders(headers: unknown, topic: string, settings: ExtractSettings): Extraction {
  const trust = settings.trust(topic);
  if (trust === 'ignore') return emptyExtraction(trust);
  const known = new TraceHeaders(headers);
  const { formats } = settings;
  const global = formats === undefined ? readGlobally(headers, known) : undefined;
  if (known.isEmpty && global?.base === undefined) return emptyExtraction(trust);
  const reading = global ?? readContext(known, formats ?? []);
  const extraction =
    trust === 'link' ? linkOnly(reading) : new Extraction(trust, reading, new Findings(known, settings, reading.context, global?.base));
  if (reading.conflicts.length > 0) countConflicts(reading.conflicts.length);
  countMalformed(known);
  return extraction;
}

/** See `KafkaPropagation.creationContext`. */
export function creationContextOf(headers: unknown, { formats }: ExtractSettings): SpanContext | undefined {
  if (headers === undefined || headers === null) return undefined;
  const known = new TraceHeaders(headers);
  if (formats === undefined) return globalCreationContext(headers, known);
  return known.isEmpty ? undefined : readCreationContext(known, formats);
}

/** Reads all of `formats`, the preferred first: the first that says anything decides on sampling, the first with ids is the context. */
function readContext(headers: TraceHeaders, formats: readonly HeaderFormat[]): Reading {
  let decisive: Carried | undefined;
  let context: SpanContext | undefined;
  let conflicts = noConflicts;
  let debug = false;
  for (const format of formats) {
    const carried = format.extract(headers);
    if (carried === undefined) continue;
    decisive ??= carried;
    context ??= carried.context;
    if (carried.context === undefined || context === undefined || isSameSpan(carried.context, context)) debug ||= carried.debug;
    else if (isConflict(format, carried.context, context, conflicts)) conflicts = [...conflicts, carried.context];
  }
  const sampling = decisive?.sampling ?? 'inherit';
  if (context !== undefined && sampling === 'deny') context = withSampled(context, false);
  return { context, sampling, debug: debug && sampling !== 'deny', conflicts };
}

function isConflict(format: HeaderFormat, other: SpanContext, context: SpanContext, known: readonly SpanContext[]): boolean {
  // The first span of the same trace is what an event's own headers are for.
  if (format.carries !== 'hop' && other.traceId === context.traceId) return false;
  return !known.some((conflict) => isSameSpan(conflict, other));
}

/** Only the hop's context: what a producer asks of every message. */
function readCreationContext(headers: TraceHeaders, formats: readonly HeaderFormat[]): SpanContext | undefined {
  for (const format of formats) {
    const context = format.carries === 'hop' ? format.extract(headers)?.context : undefined;
    if (context !== undefined) return context;
  }
  return undefined;
}
