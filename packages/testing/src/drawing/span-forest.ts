import type { TraceSpan } from '../spans/trace-span.ts';

/** A span and the spans that it is the parent of. */
export interface SpanNode {
  readonly span: TraceSpan;
  readonly children: SpanNode[];
}

/**
 * The spans of one trace as trees; siblings and roots keep the order of `members`. Every span is there once: one whose parent
 * is missing is a root, of an id that came twice the first has the children, and a circle of parents, which only malformed
 * data has, is cut open before its first span, which is a root behind the others.
 */
export function spanForest(members: readonly TraceSpan[]): SpanNode[] {
  const nodes = members.map((span): SpanNode => ({ span, children: [] }));
  // Reversed, because of two entries with one key the last one stays.
  const byId = new Map(nodes.toReversed().map((node) => [node.span.spanId, node]));
  const parentOf = ({ span: { parentSpanId } }: SpanNode): SpanNode | undefined =>
    parentSpanId === undefined ? undefined : byId.get(parentSpanId);
  const roots: SpanNode[] = [];
  for (const node of nodes) (parentOf(node)?.children ?? roots).push(node);

  const position = new Map(nodes.map((node, index) => [node, index]));
  const reached = new Set(nodesOf(roots));
  for (const node of nodes) {
    if (reached.has(node)) continue;
    const first = firstOf(circleAbove(node, parentOf), position);
    const siblings = parentOf(first)?.children ?? [];
    siblings.splice(siblings.indexOf(first), 1);
    roots.push(first);
    for (const below of nodesOf([first])) reached.add(below);
  }
  return roots;
}

/** The circle that the way up the parents of a node without root ends in; not the nodes that only hang on it. */
function circleAbove(start: SpanNode, parentOf: (node: SpanNode) => SpanNode | undefined): SpanNode[] {
  const path = new Set<SpanNode>();
  let node = start;
  for (; !path.has(node); node = parentOf(node) ?? node) path.add(node);
  const way = [...path];
  return way.slice(way.indexOf(node));
}

function firstOf(nodes: readonly SpanNode[], position: ReadonlyMap<SpanNode, number>): SpanNode {
  return nodes.reduce((first, node) => ((position.get(node) ?? 0) < (position.get(first) ?? 0) ? node : first));
}

/** The nodes of trees, each before those below it. By a stack of its own: a trace may be deeper than the call stack. */
export function* nodesOf(roots: readonly SpanNode[]): Generator<SpanNode> {
  const stack = roots.toReversed();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    for (const child of node.children.toReversed()) stack.push(child);
  }
}
