import { caption, shortened } from './caption.ts';
import { drawForest } from './draw-forest.ts';
import type { RecordedSpan } from './recorded-span.ts';
import { idOf, parentIdOf, spanForest } from './span-forest.ts';
import { toTraceSpan, type SpanReference, type TraceSpan } from './trace-span.ts';

/**
 * Draws spans as a tree for a terminal, one trace after the other: service, span name, kind, duration, status; under
 * each span an arrow for every link, with the name of the span that it points to.
 *
 * ```text
 * trace 5b8aa5a2d2c872e8321cf37308d69df2
 * └─ orders: POST /orders (server, 8.2 ms)
 *    └─ orders: send orders.placed (producer, 3.1 ms)
 *       └─ fulfilment: process orders.placed (consumer, 1.9 ms) ERROR out of stock
 *             → orders: send orders.placed
 * ```
 *
 * Siblings stand in the order of their start. Every span given is drawn, also one whose parent is missing or, in
 * malformed data, its own descendant.
 *
 * @returns the lines, joined by line feeds; empty for no spans
 */
export function formatTrace(spans: Iterable<RecordedSpan | TraceSpan>): string {
  const all = [...spans].map((span) => ('spanContext' in span ? toTraceSpan(span) : span)).toSorted((a, b) => a.startTime - b.startTime);
  // Reversed, because of two entries with one key the last one stays: a span that came twice is named by its first.
  const byId = new Map(all.toReversed().map((span) => [idOf(span), span]));
  const captions = {
    span: (span: TraceSpan): string => describe(span, byId),
    links: (span: TraceSpan): string[] => span.links.map((link) => describeLink(span, link, byId)),
  };
  return [...Map.groupBy(all, ({ traceId }) => traceId)]
    .flatMap(([traceId, members]) => [`trace ${traceId}`, ...drawForest(spanForest(members), captions)])
    .join('\n');
}

function describe(span: TraceSpan, byId: ReadonlyMap<string, TraceSpan>): string {
  const parentId = parentIdOf(span);
  const orphan = parentId !== undefined && !byId.has(parentId) ? ` (parent ${span.parentSpanId} not received)` : '';
  const message = span.status.message === undefined ? '' : ` ${shortened(span.status.message)}`;
  const status = span.status.code === 'unset' ? '' : ` ${span.status.code.toUpperCase()}${message}`;
  return `${caption(span)} (${span.kind}, ${span.duration.toFixed(1)} ms)${status}${orphan}`;
}

/** What is in another trace, or nowhere, is named by the ids that one would look for it with. */
function describeLink(from: TraceSpan, link: SpanReference, byId: ReadonlyMap<string, TraceSpan>): string {
  const target = byId.get(idOf(link));
  const elsewhere = link.traceId === from.traceId ? '' : ` (trace ${link.traceId})`;
  return target === undefined ? `${link.spanId} (not received)${elsewhere}` : `${caption(target)}${elsewhere}`;
}
