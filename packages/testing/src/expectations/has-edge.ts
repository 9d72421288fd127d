import { ask, named, spansOf, type SpanSource } from '../spans/span-source.ts';
import { idOf, parentIdOf, type TraceSpan } from '../spans/trace-span.ts';
import { checkExpected, checkNames, oneOf, wholeNumber } from './check-arguments.ts';
import { explainEdge } from './explain-edge.ts';
import { failure, nearestName, unknowable, type Failure } from './failure.ts';
import { countOf, isCount } from './has-span.ts';

/**
 * What leads from one span to the next: `parent`, the first is the parent of the second; `link`, the second links to the
 * first, in whatever trace; `both`, the two at once.
 */
export type EdgeVia = 'parent' | 'link' | 'both';

/** Options of the assertions about an edge. */
export interface EdgeExpectation {
  /**
   * What the edge must be made of.
   * @default a parent or a link, either will do
   */
  readonly via?: EdgeVia;
  /**
   * Exactly how many spans it leads to.
   * @default one or more
   */
  readonly times?: number;
}

const rules = { via: oneOf(['parent', 'link', 'both'] satisfies EdgeVia[]), times: wholeNumber };

/** Checks that an edge leads from a span named `from` to one named `to`. The spans at its ends are asked for then. */
export function hasEdge(source: SpanSource, from: string, to: string, expected: EdgeExpectation = {}): Failure | undefined {
  checkNames(from, to);
  checkExpected(expected, rules);
  const { via, times } = expected;
  const { missing, starts, ends, edges } = edgesOf(source, from, to, via);
  if (missing.length > 0) {
    const reasons = missing.map((name) => ` There is no span "${name}".${nearestName(source, name)}`);
    return failure(`No edge ${titleOf(from, to, via)}.${reasons.join('')}`, source);
  }
  if (isCount(edges.length, times)) {
    const left = new Set(edges.flatMap(({ from }) => from));
    ask(source, [...starts.filter((start) => left.has(idOf(start))), ...edges.map(({ end }) => end)]);
    return times === undefined
      ? undefined
      : unknowable(`the edge ${titleOf(from, to, via)} is there no more than ${countOf(times)}`, source);
  }
  if (edges.length > 0)
    return failure(`The edge ${titleOf(from, to, via)} is there ${countOf(edges.length)}, not ${countOf(times)}.`, source);
  return failure(`No edge ${titleOf(from, to, via)}.\n${explainEdge(spansOf(source), starts, ends)}`, source);
}

/**
 * Checks the contrary of {@link hasEdge}. Both spans must be there all the same: between names that are misspelt there is
 * never an edge, and the check would hold whatever happens.
 */
export function lacksEdge(source: SpanSource, from: string, to: string, expected: EdgeExpectation = {}): Failure | undefined {
  checkNames(from, to);
  checkExpected(expected, rules);
  const { via, times } = expected;
  const { missing, edges } = edgesOf(source, from, to, via);
  const [absent] = missing;
  if (absent !== undefined) {
    return failure(
      `No span "${absent}": that no edge ${titleOf(from, to, via)} is there says nothing.${nearestName(source, absent)}`,
      source,
    );
  }
  if (!isCount(edges.length, times)) {
    if (times !== undefined && edges.length > times) return undefined;
    return unknowable(`the edge ${titleOf(from, to, via)} is not there${times === undefined ? '' : ` ${countOf(times)}`}`, source);
  }
  return failure(`The edge ${titleOf(from, to, via)} is there ${countOf(edges.length)} and was not expected.`, source);
}

interface Edges {
  /** The names that no span has. */
  readonly missing: readonly string[];
  readonly starts: readonly TraceSpan[];
  readonly ends: readonly TraceSpan[];
  readonly edges: readonly Edge[];
}

interface Edge {
  readonly end: TraceSpan;
  /** The ids of the spans that it comes from: one, or several links. */
  readonly from: readonly string[];
}

function edgesOf(source: SpanSource, from: string, to: string, via: EdgeVia | undefined): Edges {
  const spans = spansOf(source);
  const [starts, ends] = [named(spans, from), named(spans, to)];
  const ids = new Set(starts.map(idOf));
  const edges = ends
    .map((end): Edge => ({ end, from: causesOf(end, via).filter((id) => ids.has(id)) }))
    .filter((edge) => edge.from.length > 0);
  const missing = [...new Set([from, to])].filter((name) => named(spans, name).length === 0);
  return { missing, starts, ends, edges };
}

/** The ids of the spans that a span follows from, in the way that is asked for. */
function causesOf(span: TraceSpan, via: EdgeVia | undefined): readonly string[] {
  const parentId = parentIdOf(span);
  const parent = parentId === undefined ? [] : [parentId];
  const links = span.links.map(idOf);
  if (via === 'parent') return parent;
  if (via === 'link') return links;
  // Both to one span: the child of one attempt that links to another has neither edge whole.
  return via === 'both' ? parent.filter((id) => links.includes(id)) : [...parent, ...links];
}

function titleOf(from: string, to: string, via: EdgeVia | undefined): string {
  const made = via === undefined ? '' : via === 'both' ? ' by parent and link' : ` by ${via}`;
  return `"${from}" → "${to}"${made}`;
}
