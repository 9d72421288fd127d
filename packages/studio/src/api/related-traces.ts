import type { HeldTrace } from '../store/held-trace.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { summarizeTrace } from './summarize-trace.ts';

/** How many traces are drawn with one, those that it is linked with and those behind them, and how many spans of all: no one reads more. */
const mostNear = 50;
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
 * @returns `truncated` where there are more than are drawn
 */
export function relatedTraces(store: TraceStore, trace: HeldTrace): { traces: readonly HeldTrace[]; truncated: boolean } {
  const near = neighbours(store, trace);
  const far = new Set(near.flatMap((other) => neighbours(store, other)));
  for (const other of [trace, ...near]) far.delete(other);
  let room = mostSpans;
  const traces: HeldTrace[] = [];
  for (const candidate of [...near.slice(0, mostNear), ...[...far].slice(0, mostFar)]) {
    if (candidate.spans.size > room) continue;
    traces.push(candidate);
    room -= candidate.spans.size;
  }
  return { traces, truncated: traces.length < near.length + far.size };
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
