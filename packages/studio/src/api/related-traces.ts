import type { HeldTrace } from '../store/held-trace.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { summarizeTrace } from './summarize-trace.ts';

/** How many traces, and how many spans of them, are drawn with one: more than these nobody reads on one page. */
const mostTraces = 50;
const mostSpans = 20_000;

/** The other traces in memory that `linksTo` leads to or that link to the trace, each once. */
export function linkedTraces(store: TraceStore, traceId: string, linksTo: readonly string[]): HeldTrace[] {
  const ids = new Set([...linksTo, ...store.tracesLinkingTo(traceId)]);
  ids.delete(traceId);
  return [...ids].map((id) => store.trace(id)).filter((trace) => trace !== undefined && trace.spans.size > 0) as HeldTrace[];
}

/**
 * The traces that a trace is linked with, and after them those that these are linked with: a batch belongs to the messages of other
 * traces too.
 *
 * @returns `truncated` where there are more than are drawn
 */
export function relatedTraces(store: TraceStore, trace: HeldTrace): { traces: readonly HeldTrace[]; truncated: boolean } {
  const found = new Set<HeldTrace>([trace]);
  const near = neighbours(store, trace);
  for (const neighbour of [...near, ...near.flatMap((other) => neighbours(store, other))]) found.add(neighbour);
  found.delete(trace);
  let room = mostSpans;
  const traces: HeldTrace[] = [];
  for (const candidate of found) {
    if (traces.length === mostTraces || candidate.spans.size > room) continue;
    traces.push(candidate);
    room -= candidate.spans.size;
  }
  return { traces, truncated: traces.length < found.size };
}

function neighbours(store: TraceStore, trace: HeldTrace): HeldTrace[] {
  return linkedTraces(store, trace.traceId, summarizeTrace(trace).linksTo);
}
