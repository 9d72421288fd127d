import type { HeldTrace } from '../store/held-trace.ts';
import type { Held, TraceStore } from '../store/trace-store.ts';
import { isWanted } from './match-trace.ts';
import { foldsUnder, linkedTraces } from './related-traces.ts';
import { summarizeTrace, type TraceSummary } from './summarize-trace.ts';
import type { TraceFilter, TraceOrder } from './trace-filter.ts';

/** What is told of a trace in a list. */
interface ListedTrace extends Omit<TraceSummary, 'linksTo'> {
  /** Of the other traces in memory with a link to or from it. */
  readonly linkedTraceIds: readonly string[];
  /** What is folded under it, the one that started last first. */
  readonly batches: readonly ListedTrace[];
}

export interface TraceList {
  /** In the order of the filter. */
  readonly traces: readonly ListedTrace[];
  readonly held: Held;
  /** Of all traces, listed or not, in the order of the alphabet. */
  readonly services: readonly string[];
  /** The same of their topics. */
  readonly topics: readonly string[];
}

type Compare = (a: TraceSummary, b: TraceSummary) => number;

const newest: Compare = (a, b) => b.startUs - a.startUs;
const compares: Readonly<Record<TraceOrder, Compare>> = {
  newest,
  longest: (a, b) => b.durationUs - a.durationUs || newest(a, b),
  'most-spans': (a, b) => b.spans - a.spans || newest(a, b),
  errors: (a, b) => Math.min(b.errors, 1) - Math.min(a.errors, 1) || newest(a, b),
};

export function listTraces(store: TraceStore, filter: TraceFilter): TraceList {
  const all: { trace: HeldTrace; summary: TraceSummary }[] = [];
  const services = new Set<string>();
  const topics = new Set<string>();
  for (const trace of store.traces()) {
    if (trace.spans.size === 0) continue;
    const summary = summarizeTrace(trace);
    for (const service of summary.services) services.add(service);
    for (const topic of summary.topics) topics.add(topic);
    all.push({ trace, summary });
  }
  const compare = compares[filter.order];
  all.sort((a, b) => compare(a.summary, b.summary));

  const decided = new Map<HeldTrace, boolean>();
  const isListed = (trace: HeldTrace): boolean => {
    let wanted = decided.get(trace);
    if (wanted === undefined) decided.set(trace, (wanted = isWanted(trace, filter)));
    return wanted;
  };
  const isRow = (trace: HeldTrace): boolean => isListed(trace) && !(filter.foldBatches && foldsUnder(store, trace, isListed) !== undefined);
  const rows: HeldTrace[] = [];
  for (const { trace } of all) {
    if (rows.length === filter.limit) break;
    if (isRow(trace)) rows.push(trace);
  }
  /** Asked of the few that are rows: a batch may be anywhere in the order. */
  const batchesOf = (row: HeldTrace): HeldTrace[] =>
    linkedTraces(store, row.traceId, [])
      .filter((trace) => isListed(trace) && foldsUnder(store, trace, isListed) === row)
      .sort((a, b) => newest(summarizeTrace(a), summarizeTrace(b)));
  const traces = rows.map((row) => {
    const batches = filter.foldBatches ? batchesOf(row) : [];
    return list(
      store,
      row,
      batches.map((batch) => list(store, batch, [])),
    );
  });
  return { traces, held: store.held, services: [...services].sort(), topics: [...topics].sort() };
}

function list(store: TraceStore, trace: HeldTrace, batches: readonly ListedTrace[]): ListedTrace {
  const { linksTo, ...summary } = summarizeTrace(trace);
  return { ...summary, linkedTraceIds: linkedTraces(store, summary.traceId, linksTo).map(({ traceId }) => traceId), batches };
}
