import type { SpanContext } from '@opentelemetry/api';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { CarriedContext, HeaderFormat } from './header-format.ts';
import { isSameSpan } from './ids.ts';
import { extractWritten } from './tracelink.ts';

const none: readonly CarriedContext[] = Object.freeze([]);

/** What a hop's contexts come to. */
export interface SettledHop<C> {
  readonly chosen: C;
  /** Contexts of other spans, each once, that are worth a link. */
  readonly conflicts: readonly SpanContext[];
}

/**
 * Which of several contexts the last hop wrote. Software that writes one format and copies all headers leaves ours beside its own, and
 * software that appends leaves ours before it, so:
 *
 * - Of different traces the one that we wrote last is the one to stay in; a hop that did not read our format, or not our context, began
 *   the other.
 * - Of one trace the context that we did not write is the newer; ours is neither the parent nor a conflict then.
 * - Where only ours is left, or an older one, ours. Else the first counts, as formats are preferred.
 *
 * @param candidates at least one, the preferred first
 * @param earlier contexts that repeats of a header had before its last value, the newest first
 */
export function settleHop<C extends { readonly context: SpanContext }>(
  headers: TraceHeaders,
  candidates: readonly C[],
  earlier: readonly C[],
): SettledHop<C> {
  const written = extractWritten(headers);
  const isWritten = ({ context }: C): boolean => written !== undefined && isSameSpan(context, written);
  const isStale = (each: C): boolean => isWritten(each) || earlier.some(({ context }) => isSameSpan(context, each.context));
  const inOurs = ({ context }: C): boolean => context.traceId === written?.traceId;
  const ours = candidates.filter(inOurs);
  const left = earlier.filter(inOurs);
  const chosen = (ours.find((each) => !isStale(each)) ??
    left.find((each) => !isWritten(each)) ??
    ours[0] ??
    left[0] ??
    candidates.find((each) => !isStale(each)) ??
    candidates[0]) as C;
  const conflicts: SpanContext[] = [];
  const { context: parent } = chosen;
  const add = (context: SpanContext): void => {
    if (!isSameSpan(context, parent) && !conflicts.some((known) => isSameSpan(known, context))) conflicts.push(context);
  };
  for (const each of candidates) if (each.context.traceId !== parent.traceId || !isStale(each)) add(each.context);
  // Of one trace the last of two is the newer; of two traces one would be lost.
  for (const { context } of earlier) if (context.traceId !== parent.traceId) add(context);
  return { chosen, conflicts };
}

/** What repeats of headers said before the last value that counts. */
export function earlierOf(headers: TraceHeaders, formats: readonly HeaderFormat[]): readonly CarriedContext[] {
  if (!headers.hasRepeats) return none;
  return formats.flatMap((format) => format.earlier?.(headers) ?? none);
}
