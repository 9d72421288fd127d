import type { SpanContext } from '@opentelemetry/api';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import type { CarriedContext, HeaderFormat } from './header-format.ts';
import { isSameSpan } from './ids.ts';
import { extractWritten } from './tracelink.ts';

const none: readonly (readonly CarriedContext[])[] = Object.freeze([]);

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
 * @param repeats of each header that stands there more than once, all contexts, the newest first
 */
export function settleHop<C extends { readonly context: SpanContext }>(
  headers: TraceHeaders,
  candidates: readonly C[],
  repeats: readonly (readonly C[])[],
): SettledHop<C> {
  const earlier = repeats.flatMap((all) => all.slice(1));
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
  for (const all of repeats) {
    const place = all.findIndex(({ context }) => isSameSpan(context, parent));
    for (const [index, each] of all.entries()) {
      // What stands before the parent in its own header, in its trace, is older.
      const isOlder = each.context.traceId === parent.traceId && (isWritten(each) || (place !== -1 && place < index));
      if (index > 0 && !isOlder) add(each.context);
    }
  }
  return { chosen, conflicts };
}

/** All contexts of each header that stands there more than once, the newest first. */
export function repeatsIn(headers: TraceHeaders, formats: readonly HeaderFormat[]): readonly (readonly CarriedContext[])[] {
  if (!headers.hasRepeats) return none;
  return formats.flatMap((format) => {
    const all = format.repeated?.(headers) ?? [];
    return all.length < 2 ? [] : [all];
  });
}
