import type { HeldTrace } from '../store/held-trace.ts';
import type { Held, TraceStore } from '../store/trace-store.ts';
import type { Json } from '../telemetry/span.ts';
import { foldsUnder, linkedTraces } from './related-traces.ts';
import { summarizeTrace, type TraceSummary } from './summarize-trace.ts';

/** Which traces are listed. */
export interface TraceFilter {
  /** Some text of the trace has it in it, in any case; empty is in all of them. */
  readonly search: string;
  /** A span of this service is in it; undefined is any. */
  readonly service?: string;
  /** A message of it has this destination; undefined is any. */
  readonly topic?: string;
  /** It has this badge; undefined is any or none. */
  readonly badge?: string;
  readonly errorsOnly: boolean;
  readonly minDurationUs: number;
  /** Traces of a batch alone are with a trace that they link to. */
  readonly foldBatches: boolean;
  /** Of rows: what is folded does not count. */
  readonly limit: number;
}

/** What is told of a trace in a list. */
interface ListedTrace extends Omit<TraceSummary, 'linksTo'> {
  /** Of the other traces in memory with a link to or from it. */
  readonly linkedTraceIds: readonly string[];
  /** What is folded under it. */
  readonly batches: readonly ListedTrace[];
}

export interface TraceList {
  /** The one that started last comes first. */
  readonly traces: readonly ListedTrace[];
  readonly held: Held;
  /** Of all traces, listed or not, in the order of the alphabet. */
  readonly services: readonly string[];
  /** The same of their topics. */
  readonly topics: readonly string[];
}

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
  all.sort((a, b) => b.summary.startUs - a.summary.startUs);
  const listed: ListedTrace[] = [];
  const folded = new Map<HeldTrace, ListedTrace[]>();
  const isListed = (trace: HeldTrace): boolean => isWanted(trace, summarizeTrace(trace), filter);
  for (const { trace, summary } of all) {
    if (listed.length === filter.limit) break;
    if (!isWanted(trace, summary, filter)) continue;
    const under = filter.foldBatches ? foldsUnder(store, trace, isListed) : undefined;
    // A batch comes before what it took, unless clocks differ: the row may be there already, or come later.
    if (under === undefined) listed.push(list(store, summary, batchesOf(folded, trace)));
    else batchesOf(folded, under).push(list(store, summary, []));
  }
  return { traces: listed, held: store.held, services: [...services].sort(), topics: [...topics].sort() };
}

function isWanted(trace: HeldTrace, summary: TraceSummary, filter: TraceFilter): boolean {
  const { search, service, topic, badge, errorsOnly, minDurationUs } = filter;
  return (
    (!errorsOnly || summary.errors > 0) &&
    summary.durationUs >= minDurationUs &&
    (service === undefined || summary.services.includes(service)) &&
    (topic === undefined || summary.topics.includes(topic)) &&
    (badge === undefined || summary.badges.some((name) => name === badge)) &&
    (search === '' || matchesSearch(trace, search))
  );
}

function list(store: TraceStore, { linksTo, ...summary }: TraceSummary, batches: readonly ListedTrace[]): ListedTrace {
  return { ...summary, linkedTraceIds: linkedTraces(store, summary.traceId, linksTo).map(({ traceId }) => traceId), batches };
}

function batchesOf(folded: Map<HeldTrace, ListedTrace[]>, trace: HeldTrace): ListedTrace[] {
  let batches = folded.get(trace);
  if (batches === undefined) folded.set(trace, (batches = []));
  return batches;
}

/** Whether an id, a service, a name or an attribute's value of a span has `search` in it, in any case. */
function matchesSearch({ traceId, spans }: HeldTrace, search: string): boolean {
  // An expression finds it without making a copy of each text in lower case.
  const pattern = new RegExp(search.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'), 'i');
  if (pattern.test(traceId)) return true;
  for (const { span, shared } of spans.values()) {
    if (pattern.test(span.name) || pattern.test(shared.origin.service) || pattern.test(span.spanId)) return true;
    if (Object.values(span.attributes).some((value) => isIn(value, pattern))) return true;
  }
  return false;
}

function isIn(value: Json, pattern: RegExp): boolean {
  return typeof value === 'object' && value !== null
    ? Object.values(value).some((entry: Json) => isIn(entry, pattern))
    : pattern.test(String(value));
}
