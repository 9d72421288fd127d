import type { HeldSpan, HeldTrace } from '../store/held-trace.ts';
import { linkKinds } from '../telemetry/link-kinds.ts';
import { messageText } from '../telemetry/messaging.ts';
import type { Span } from '../telemetry/span.ts';

/** What came of a trace's messages, in the order in which a row of the list shows it. */
const badges = {
  /** A message was tried again: alone, it means that this succeeded, or goes on. */
  retried: ({ attributes }: Span): boolean => {
    const attempt = attributes['tracelink.delivery.attempt'];
    return typeof attempt === 'number' && attempt > 1;
  },
  'dead-letter': ({ attributes, events }: Span): boolean => {
    return messageText(attributes, 'topic')?.endsWith('.dead-letter') === true || has(events, 'tracelink.delivery.dead_letter');
  },
  /** A message is in its topic a second time, from its dead-letter topic. A second hop links to its origin too, as one whose trace broke. */
  replayed: (span: Span): boolean => linkKinds(span).includes('origin'),
  'circuit-open': ({ events }: Span): boolean => has(events, 'tracelink.delivery.circuit_open'),
};

type TraceBadge = keyof typeof badges;

const names = Object.keys(badges) as TraceBadge[];

/** A line of the list of traces, but for what other traces have to say. */
export interface TraceSummary {
  readonly traceId: string;
  /** Name and service of the root span, or of the earliest. */
  readonly name: string;
  readonly service: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly spans: number;
  readonly errors: number;
  /** In the order of the alphabet. */
  readonly services: readonly string[];
  /** The destinations of its messages, in the order of the alphabet. */
  readonly topics: readonly string[];
  readonly badges: readonly TraceBadge[];
  /** It came out of a file. */
  readonly imported: boolean;
  /** Of the traces that it links to, in memory or not; not its own. */
  readonly linksTo: readonly string[];
}

const known = new WeakMap<HeldTrace, { readonly revision: number; readonly summary: TraceSummary }>();

/** @param trace with a span at least */
export function summarizeTrace(trace: HeldTrace): TraceSummary {
  const before = known.get(trace);
  if (before?.revision === trace.revision) return before.summary;
  const summary = summarize(trace);
  known.set(trace, { revision: trace.revision, summary });
  return summary;
}

function summarize({ traceId, spans, imported }: HeldTrace): TraceSummary {
  const services = new Set<string>();
  const topics = new Set<string>();
  const linksTo = new Set<string>();
  let [startUs, endUs, errors] = [Infinity, -Infinity, 0];
  let head: HeldSpan | undefined;
  for (const held of spans.values()) {
    const { span } = held;
    services.add(held.shared.origin.service);
    const topic = messageText(span.attributes, 'topic');
    if (topic !== undefined) topics.add(topic);
    for (const link of span.links) linksTo.add(link.traceId);
    startUs = Math.min(startUs, span.startUs);
    endUs = Math.max(endUs, span.startUs + span.durationUs);
    if (span.status === 'error') errors += 1;
    if (head === undefined || isBetterHead(held, head)) head = held;
  }
  linksTo.delete(traceId);
  return {
    traceId,
    name: head?.span.name ?? '',
    service: head?.shared.origin.service ?? '',
    startUs,
    durationUs: endUs - startUs,
    spans: spans.size,
    errors,
    services: [...services].sort(),
    topics: [...topics].sort(),
    badges: badgesOf(Array.from(spans.values(), ({ span }) => span)),
    imported,
    linksTo: [...linksTo],
  };
}

/** A root before any other span, and the earlier of two. */
function isBetterHead({ span: a }: HeldSpan, { span: b }: HeldSpan): boolean {
  const [rootA, rootB] = [a.parentSpanId === undefined, b.parentSpanId === undefined];
  return rootA === rootB ? a.startUs < b.startUs : rootA;
}

/** @returns the badges that some span earns its trace */
function badgesOf(spans: Iterable<Span>): TraceBadge[] {
  const earned = new Set<TraceBadge>();
  for (const span of spans) {
    for (const name of names) if (!earned.has(name) && badges[name](span)) earned.add(name);
  }
  return names.filter((name) => earned.has(name));
}

function has(events: Span['events'], wanted: string): boolean {
  return events.some(({ name }) => name === wanted);
}
