import { toTraceSpan, type RecordedSpan } from '../spans/recorded-span.ts';
import { idOf, parentIdOf, spansById, type SpanReference, type TraceSpan } from '../spans/trace-span.ts';
import { drawForest, fullCaption, type Captions } from './draw-forest.ts';
import { nodesOf, spanForest, type SpanNode } from './span-forest.ts';

/**
 * Draws spans as {@link formatTrace} does, without all that changes from run to run: no ids, no times, no error texts. What is
 * left is services, names, kinds, errors, parents and links, so that two runs of one program give the same text.
 *
 * ```text
 * trace
 * └─ orders: POST /orders (server)
 *    └─ orders: send orders.placed (producer)
 *       └─ fulfilment: process orders.placed (consumer) ERROR
 *             → orders: send orders.placed
 * ```
 *
 * Siblings, links and whole traces are sorted by these texts, not by their start: what runs side by side starts in any order.
 *
 * @returns the lines, joined by line feeds; empty for no spans
 */
export function traceTree(spans: Iterable<RecordedSpan | TraceSpan>): string {
  const all = [...spans].map(toTraceSpan).toSorted((a, b) => byText(keyOf(a), keyOf(b)));
  const byId = spansById(all);
  const lines = new Map(all.map((span) => [span, describe(span, byId)]));
  const links = new Map(all.map((span) => [span, span.links.map((link) => describeLink(span, link, byId)).toSorted(byText)]));
  const captions: Captions = { span: (span) => lines.get(span) ?? '', links: (span) => links.get(span) ?? [] };
  const order = (a: SpanNode, b: SpanNode): number => compareTrees(a, b, captions);

  const traces = [...Map.groupBy(all, ({ traceId }) => traceId).values()].map((members) => {
    const roots = spanForest(members);
    // From the leaves up: to compare two siblings, what is below each must be in order already.
    for (const { children } of [...nodesOf(roots)].toReversed()) children.sort(order);
    return drawForest(roots.toSorted(order), captions).join('\n');
  });
  return traces
    .toSorted(byText)
    .map((tree) => `trace\n${tree}`)
    .join('\n');
}

/**
 * Malformed spans have no order of their own: where a circle is cut and which of two spans of one id is meant must not
 * depend on what arrived first. Ids, which change from run to run, decide last.
 */
function keyOf({ serviceName, name, kind, status, traceId, spanId, parentSpanId, links }: TraceSpan): string {
  return JSON.stringify([serviceName, name, kind, status.code, traceId, spanId, parentSpanId, links.map(idOf)]);
}

/** Compares two trees, sorted below their roots, span by span. */
function compareTrees(a: SpanNode, b: SpanNode, captions: Captions): number {
  const others = nodesOf([b]);
  for (const node of nodesOf([a])) {
    // As long as all before was equal, the other tree has a span here too: each says how many are below it.
    const difference = byText(textOf(node, captions), textOf(others.next().value ?? node, captions));
    if (difference !== 0) return difference;
  }
  return 0;
}

function textOf({ span, children }: SpanNode, captions: Captions): string {
  return [captions.span(span), ...captions.links(span), children.length].join('\n');
}

function describe(span: TraceSpan, byId: ReadonlyMap<string, TraceSpan>): string {
  const parentId = parentIdOf(span);
  const orphan = parentId !== undefined && !byId.has(parentId) ? ' (parent not received)' : '';
  return `${fullCaption(span)} (${span.kind})${span.status.code === 'unset' ? '' : ` ${span.status.code.toUpperCase()}`}${orphan}`;
}

function describeLink(from: TraceSpan, link: SpanReference, byId: ReadonlyMap<string, TraceSpan>): string {
  const target = byId.get(idOf(link));
  return `${target === undefined ? '(not received)' : fullCaption(target)}${link.traceId === from.traceId ? '' : ' (other trace)'}`;
}

/** By code units: a locale would sort differently on another machine. */
function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
