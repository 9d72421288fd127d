import type { HeldTrace } from '../store/held-trace.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { summarizeTrace } from './summarize-trace.ts';

/** How many traces that it is linked with are drawn with one, until one asks for more. */
export const nearAtFirst = 50;
/** How many of them at most, how many of those behind them, and how many spans of all: no one reads more. */
const mostNear = 1_000;
const mostFar = 10;
const mostSpans = 20_000;

/** The other traces in memory that `linksTo` leads to or that link to the trace, each once. */
export function linkedTraces(store: TraceStore, traceId: string, linksTo: readonly string[]): HeldTrace[] {
  const ids = new Set([...linksTo, ...store.tracesLinkingTo(traceId)]);
  ids.delete(traceId);
  return [...ids].map((id) => store.trace(id)).filter((trace) => trace !== undefined && trace.spans.size > 0) as HeldTrace[];
}

/**
 * The traces that a trace is linked with, and after them some of those that these are linked with: a batch belongs to the messages of
 * other traces too.
 *
 * @param asked how many of those that it is linked with
 */
export function relatedTraces(store: TraceStore, trace: HeldTrace, asked: number): RelatedTraces {
  const linked = neighbours(store, trace);
  const behind = new Set(linked.flatMap((other) => neighbours(store, other)));
  for (const other of [trace, ...linked]) behind.delete(other);
  // Chosen before one asks, so that whoever asks for more gets what was drawn and more.
  const drawable = fitting(linked, mostNear, mostSpans);
  const near = drawable.slice(0, asked);
  const room = near.reduce((left, { spans }) => left - spans.size, mostSpans);
  const far = fitting(behind, mostFar, room);
  return {
    traces: [...near, ...far],
    moreLinked: drawable.length - near.length,
    undrawable: linked.length - drawable.length,
    moreBehind: far.length < behind.size,
  };
}

interface RelatedTraces {
  readonly traces: readonly HeldTrace[];
  /** How many others the trace is linked with that are drawn when one asks for more. */
  readonly moreLinked: number;
  /** How many others it is linked with that are not, as they are too many or too large. */
  readonly undrawable: number;
  /** There are more of those behind the linked ones. */
  readonly moreBehind: boolean;
}

/** The first of the traces that have no more spans together than there is room for; one that is too large is passed over. */
function fitting(traces: Iterable<HeldTrace>, most: number, room: number): HeldTrace[] {
  const fit: HeldTrace[] = [];
  for (const trace of traces) {
    if (fit.length === most) break;
    if (trace.spans.size > room) continue;
    fit.push(trace);
    room -= trace.spans.size;
  }
  return fit;
}

/** The traces that a trace is linked with, whichever of the two links. */
function neighbours(store: TraceStore, trace: HeldTrace): HeldTrace[] {
  return linkedTraces(store, trace.traceId, summarizeTrace(trace).linksTo);
}

/**
 * Where a list shows a trace that is nothing but the span of a batch: under the last of the traces whose messages it took, of those that
 * are listed at all. Consumers of batches make a trace each time, so that half of a list would be theirs.
 *
 * @returns the trace to show it under; undefined where it has a row of its own
 */
export function foldsUnder(store: TraceStore, trace: HeldTrace, isListed: (other: HeldTrace) => boolean): HeldTrace | undefined {
  if (!isLoneBatch(trace)) return undefined;
  return summarizeTrace(trace)
    .linksTo.map((id) => store.trace(id))
    .filter((other): other is HeldTrace => other !== undefined && other.spans.size > 0 && !isLoneBatch(other))
    .sort((a, b) => summarizeTrace(b).startUs - summarizeTrace(a).startUs)
    .find(isListed);
}

function isLoneBatch({ spans }: HeldTrace): boolean {
  if (spans.size !== 1) return false;
  const [held] = spans.values();
  return held?.span.attributes['messaging.batch.message_count'] !== undefined;
}
