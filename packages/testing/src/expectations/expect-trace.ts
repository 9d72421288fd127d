import { TestingError } from '../errors/testing-error.ts';
import type { SpanSource } from '../spans/span-source.ts';
import type { TraceSpan } from '../spans/trace-span.ts';
import type { Failure } from './failure.ts';
import { hasEdge, lacksEdge, type EdgeExpectation } from './has-edge.ts';
import { hasNoLeftOver, hasSpan, lacksSpan, leftOver, type SpanExpectation } from './has-span.ts';
import { matchesTree } from './matches-tree.ts';

/**
 * Assertions about spans. Each gives the expectation back, so that they can be chained, or throws; each reads the source
 * anew. A span is named as `orders send orders.placed`, service and name, or by its name alone.
 *
 * A span that an assertion named counts as asked for, by every expectation of the same source: to start again, copy the array.
 * A `SpanRecorder` counts it as taken, so that its `assertDone` does not complain of it.
 */
export interface TraceExpectation {
  /**
   * A span of that name is there.
   *
   * @throws {TestingError} `unexpected_trace`, with all that there is as a tree; `invalid_argument` for a name that is no string, or an
   * option that is misspelt
   */
  toHaveSpan(name: string, expected?: SpanExpectation): TraceExpectation;

  /**
   * A span named `to` follows from one named `from`, as its child or by a link to it, in whatever trace.
   *
   * @throws {TestingError} `unexpected_trace`, with the nearest miss and with all that there is as a tree; `invalid_argument` for a name that is no
   * string, or an option that is misspelt
   */
  toHaveEdge(from: string, to: string, expected?: EdgeExpectation): TraceExpectation;

  /**
   * All spans together are the tree that `traceTree` draws. Empty lines around the text and indentation that all its lines
   * share do not count.
   *
   * @throws {TestingError} `unexpected_trace`, with the first line that differs and the tree that there is; `actual` and
   * `expected` of the error let the test runner show the difference
   */
  toMatchTree(expected: string): TraceExpectation;

  /** The spans that no assertion asked for. */
  leftOver(): TraceSpan[];

  /**
   * Every span was asked for.
   *
   * @throws {TestingError} `unexpected_trace`, with the names of the others and with all that there is as a tree
   */
  toHaveNoLeftOver(): TraceExpectation;

  /** The contrary. That an edge is not there can be said of spans only that are. */
  readonly not: Pick<TraceExpectation, 'toHaveSpan' | 'toHaveEdge'>;
}

/**
 * Begins assertions about the spans of a recorder, of a receiver or of an array.
 *
 * ```ts
 * expectTrace(recorder)
 *   .toHaveEdge('orders POST /orders', 'orders send orders.placed', { via: 'parent' })
 *   .toHaveEdge('orders send orders.placed', 'fulfilment process orders.placed', { via: 'both' })
 *   .toHaveNoLeftOver();
 * ```
 *
 * @throws {TestingError} `not_spans`, by the first assertion, when `source` is none of these
 */
export function expectTrace(source: SpanSource): TraceExpectation {
  const settled = (failure: Failure | undefined): TraceExpectation => {
    if (failure !== undefined) throw new TestingError('unexpected_trace', failure.message, failure.compared);
    return expectation;
  };
  const expectation: TraceExpectation = {
    toHaveSpan: (name, expected) => settled(hasSpan(source, name, expected)),
    toHaveEdge: (from, to, expected) => settled(hasEdge(source, from, to, expected)),
    toMatchTree: (expected) => settled(matchesTree(source, expected)),
    leftOver: () => leftOver(source),
    toHaveNoLeftOver: () => settled(hasNoLeftOver(source)),
    not: {
      toHaveSpan: (name, expected) => settled(lacksSpan(source, name, expected)),
      toHaveEdge: (from, to, expected) => settled(lacksEdge(source, from, to, expected)),
    },
  };
  return expectation;
}
