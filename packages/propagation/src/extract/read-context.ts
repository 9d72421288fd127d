import type { SpanContext } from '@opentelemetry/api';
import type { Carried } from '../formats/header-format.ts';
import { type Format, isHopFormat } from '../formats/formats.ts';
import { readFormat, withSampled } from '../formats/read-format.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';

/** What all formats of one message say together. */
export interface Reading extends Carried {
  /** Contexts of less preferred formats that tell another story, each once. */
  readonly conflicts: readonly SpanContext[];
}

const noConflicts: readonly SpanContext[] = Object.freeze([]);

/** Whether two contexts name the same span. */
export function isSameSpan(a: SpanContext, b: SpanContext): boolean {
  return a.spanId === b.spanId && a.traceId === b.traceId;
}

/** Reads all of `formats`, the preferred first: the first that says anything decides on sampling, the first with ids is the context. */
export function readContext(headers: TraceHeaders, formats: readonly Format[]): Reading {
  let decisive: Carried | undefined;
  let context: SpanContext | undefined;
  let conflicts = noConflicts;
  let debug = false;
  for (const format of formats) {
    const carried = readFormat(format, headers);
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

function isConflict(format: Format, other: SpanContext, context: SpanContext, known: readonly SpanContext[]): boolean {
  // The first span of the same trace is what `ce_traceparent` is for.
  if (!isHopFormat(format) && other.traceId === context.traceId) return false;
  return !known.some((conflict) => isSameSpan(conflict, other));
}

/** Only the hop's context: what a producer asks of every message. */
export function readCreationContext(headers: TraceHeaders, formats: readonly Format[]): SpanContext | undefined {
  for (const format of formats) {
    const context = isHopFormat(format) ? readFormat(format, headers)?.context : undefined;
    if (context !== undefined) return context;
  }
  return undefined;
}
