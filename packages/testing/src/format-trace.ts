import type { RecordedSpan } from './recorded-span.ts';
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
 *          → send orders.placed
 * ```
 *
 * Siblings stand in the order of their start. Every span given is drawn, also one whose parent is missing or, in
 * malformed data, its own descendant.
 *
 * @returns the lines, joined by line feeds; empty for no spans
 */
export function formatTrace(spans: Iterable<RecordedSpan | TraceSpan>): string {
  const all = [...spans].map((span) => ('spanContext' in span ? toTraceSpan(span) : span)).toSorted((a, b) => a.startTime - b.startTime);
  const byId = new Map(all.toReversed().map((span) => [idOf(span), span]));
  const lines: string[] = [];
  for (const [traceId, members] of Map.groupBy(all, ({ traceId }) => traceId)) {
    lines.push(`trace ${traceId}`);
    drawForest(members, byId, lines);
  }
  return lines.join('\n');
}

function drawForest(members: readonly TraceSpan[], byId: ReadonlyMap<string, TraceSpan>, lines: string[]): void {
  const children = Map.groupBy(members, (span) => (hasParent(span, byId) ? span.parentSpanId : undefined));
  const drawn = new Set<TraceSpan>();
  const draw = (roots: readonly TraceSpan[]): void => {
    // A stack of our own: a trace may be deeper than the call stack.
    const stack = indented(roots, '');
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (drawn.has(next.span)) continue;
      drawn.add(next.span);
      const own = children.get(next.span.spanId) ?? [];
      // A span id that was received twice has its children once, under the first.
      children.delete(next.span.spanId);
      lines.push(`${next.branch}${describe(next.span, byId)}`);
      const stem = own.length === 0 ? '   ' : '│  ';
      for (const link of next.span.links) lines.push(`${next.indent}${stem}→ ${describeLink(next.span, link, byId)}`);
      stack.push(...indented(own, next.indent));
    }
  };
  draw(children.get(undefined) ?? []);
  // Only spans in a circle of parents are left: each circle is drawn from its earliest span.
  for (const span of members) if (!drawn.has(span)) draw([span]);
}

interface Branch {
  readonly span: TraceSpan;
  /** Stands before the span's own line. */
  readonly branch: string;
  /** Stands before all lines below it. */
  readonly indent: string;
}

/** In reverse, because the first is to be popped first. */
function indented(spans: readonly TraceSpan[], indent: string): Branch[] {
  return spans
    .map((span, index) => {
      const last = index === spans.length - 1;
      return { span, branch: `${indent}${last ? '└─ ' : '├─ '}`, indent: `${indent}${last ? '   ' : '│  '}` };
    })
    .toReversed();
}

function describe(span: TraceSpan, byId: ReadonlyMap<string, TraceSpan>): string {
  const orphan = span.parentSpanId !== undefined && !hasParent(span, byId) ? ` (parent ${span.parentSpanId} not received)` : '';
  const message = span.status.message === undefined ? '' : ` ${printable(span.status.message)}`;
  const status = span.status.code === 'unset' ? '' : ` ${span.status.code.toUpperCase()}${message}`;
  return `${printable(span.serviceName ?? '?')}: ${printable(span.name)} (${span.kind}, ${span.duration.toFixed(1)} ms)${status}${orphan}`;
}

function describeLink(from: TraceSpan, link: SpanReference, byId: ReadonlyMap<string, TraceSpan>): string {
  const target = byId.get(idOf(link));
  const elsewhere = link.traceId === from.traceId ? '' : ' (other trace)';
  return target === undefined ? `${link.spanId} (not received)${elsewhere}` : `${printable(target.name)}${elsewhere}`;
}

function hasParent(span: TraceSpan, byId: ReadonlyMap<string, TraceSpan>): boolean {
  return span.parentSpanId !== undefined && byId.has(`${span.traceId}-${span.parentSpanId}`);
}

function idOf({ traceId, spanId }: SpanReference): string {
  return `${traceId}-${spanId}`;
}

/** Names may hold what others chose, a topic or an error's text: no control character may reach the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
