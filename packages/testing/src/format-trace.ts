import { caption, shortened } from './caption.ts';
import { drawForest } from './draw-forest.ts';
import { plain, type Paint } from './paint.ts';
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
  return drawTraces(spans, plain);
}

/** {@link formatTrace}, in colours. */
export function drawTraces(spans: Iterable<RecordedSpan | TraceSpan>, paint: Paint): string {
  const all = [...spans].map((span) => ('spanContext' in span ? toTraceSpan(span) : span)).toSorted((a, b) => a.startTime - b.startTime);
  // Reversed, because of two entries with one key the last one stays: a span that came twice is named by its first.
  const byId = new Map(all.toReversed().map((span) => [idOf(span), span]));
  const captions = {
    span: (span: TraceSpan): string => describe(span, byId, paint),
    links: (span: TraceSpan): string[] => span.links.map((link) => paint('link', describeLink(span, link, byId))),
  };
  return [...Map.groupBy(all, ({ traceId }) => traceId)]
    .flatMap(([traceId, members]) => [paint('trace', `trace ${traceId}`), ...drawForest(spanForest(members), captions)])
    .join('\n');
}

function describe(span: TraceSpan, byId: ReadonlyMap<string, TraceSpan>, paint: Paint): string {
  const parentId = parentIdOf(span);
  const { code, message } = span.status;
  const status = `${code.toUpperCase()}${message === undefined ? '' : ` ${shortened(message)}`}`;
  const parts = [caption(span), paint('aside', `(${span.kind}, ${span.duration.toFixed(1)} ms)`)];
  if (code !== 'unset') parts.push(code === 'error' ? paint('error', status) : status);
  if (parentId !== undefined && !byId.has(parentId)) parts.push(paint('aside', `(parent ${span.parentSpanId} not received)`));
  return parts.join(' ');
}

/** What is in another trace, or nowhere, is named by the ids that one would look for it with. */
function describeLink(from: TraceSpan, link: SpanReference, byId: ReadonlyMap<string, TraceSpan>): string {
  const target = byId.get(idOf(link));
  const elsewhere = link.traceId === from.traceId ? '' : ` (trace ${link.traceId})`;
  return target === undefined ? `${link.spanId} (not received)${elsewhere}` : `${caption(target)}${elsewhere}`;
}
