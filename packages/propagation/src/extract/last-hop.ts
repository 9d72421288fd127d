import type { SpanContext } from '@opentelemetry/api';
import { formats as allFormats } from '../formats/formats.ts';
import type { Carried, CarriedContext, HeaderFormat, Reading } from '../formats/header-format.ts';
import { isSameSpan, withSampled } from '../formats/ids.ts';
import { repeatsIn, settleHop } from '../formats/settle-hop.ts';
import { warnOnce } from '../headers/guard.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';

const none: readonly SpanContext[] = Object.freeze([]);
const nothingRead: Reading = { context: undefined, sampling: 'inherit', debug: false, conflicts: none };

/**
 * Reads all of `formats`, the preferred first: the first that says anything decides on sampling, the first with ids is the context of the
 * last hop. Where contexts disagree, what this toolkit wrote last decides ({@link settleHop}). An event's own context, however preferred,
 * is the last hop's only where no hop left one.
 */
export function readLastHop(headers: TraceHeaders, formats: readonly HeaderFormat[]): Reading {
  let decisive: Carried | undefined;
  let first: CarriedContext | undefined;
  let others: CarriedContext[] | undefined;
  let events: CarriedContext[] | undefined;
  let isDebugAlone = false;
  let isFirstDebug = false;
  for (const format of formats) {
    const carried = format.extract(headers);
    if (carried === undefined) continue;
    if (format.carries === 'origin') {
      if (carried.context !== undefined) (events ??= []).push(carried as CarriedContext);
      continue;
    }
    decisive ??= carried;
    if (carried.context === undefined) isDebugAlone ||= carried.debug;
    else if (first === undefined) first = carried as CarriedContext;
    else if (isSameSpan(carried.context, first.context)) isFirstDebug ||= carried.debug;
    else (others ??= []).push(carried as CarriedContext);
    const alternative = format.alternative?.(headers);
    if (alternative !== undefined && first !== undefined && !isSameSpan(alternative.context, first.context))
      (others ??= []).push(alternative);
  }
  first ??= events?.[0];
  decisive ??= first;
  if (decisive === undefined) return nothingRead;
  // The usual record has one context, once.
  if (others === undefined && events === undefined && !headers.hasRepeats)
    return readingOf(first, decisive.sampling, isDebugAlone || isFirstDebug, none);
  const repeats = repeatsIn(headers, formats);
  const settled =
    first && (others !== undefined || repeats.length > 0) ? settleHop(headers, [first, ...(others ?? [])], repeats) : undefined;
  const chosen = settled?.chosen ?? first;
  // A state without ids is no context's, so it holds for any that is chosen.
  const { sampling } = decisive.context === undefined ? decisive : (chosen as CarriedContext);
  const isDebug =
    isDebugAlone ||
    (chosen === first
      ? isFirstDebug
      : others?.some(({ context, debug }) => debug && isSameSpan(context, (chosen as CarriedContext).context)));
  return readingOf(chosen, sampling, isDebug === true, withEvents(settled?.conflicts ?? none, events, chosen?.context));
}

function readingOf(
  chosen: CarriedContext | undefined,
  sampling: Reading['sampling'],
  debug: boolean,
  conflicts: readonly SpanContext[],
): Reading {
  const isDenied = sampling === 'deny';
  const context = isDenied && chosen !== undefined ? withSampled(chosen.context, false) : chosen?.context;
  return { context, sampling, debug: (debug || chosen?.debug === true) && !isDenied, conflicts };
}

/** The first span of the same trace is what an event's own headers are for; that of another one is a conflict. */
function withEvents(
  conflicts: readonly SpanContext[],
  events: readonly CarriedContext[] | undefined,
  context: SpanContext | undefined,
): readonly SpanContext[] {
  if (events === undefined) return conflicts;
  const others = events.filter(
    (event) => event.context.traceId !== context?.traceId && !conflicts.some((known) => isSameSpan(known, event.context)),
  );
  return others.length === 0 ? conflicts : [...conflicts, ...others.map((event) => event.context)];
}

const haveSaid = new WeakSet<readonly HeaderFormat[]>();

/**
 * A trace would end here without a word where a fleet's senders write what its receivers do not read: said once for each propagation.
 *
 * @param headers of which `formats` read nothing
 */
export function sayMissed(headers: TraceHeaders, formats: readonly HeaderFormat[]): void {
  if (haveSaid.has(formats)) return;
  const missed = Object.entries(allFormats).find(
    ([, format]) => format.carries === 'hop' && !formats.includes(format) && format.extract(headers)?.context !== undefined,
  );
  if (missed === undefined) return;
  haveSaid.add(formats);
  const text = `a message has its trace in the format "${missed[0]}" alone, which is not read, so its trace ends here. Add it to the option "extract".`;
  warnOnce('a trace that is not read', text, formats);
}
