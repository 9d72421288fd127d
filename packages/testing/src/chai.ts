/// <reference types="chai" preserve="true" />

import type { Failure } from './expectations/failure.ts';
import { hasEdge, lacksEdge, type EdgeExpectation } from './expectations/has-edge.ts';
import { hasLeftOver, hasNoLeftOver, hasSpan, lacksSpan, type SpanExpectation } from './expectations/has-span.ts';
import { differsFromTree, matchesTree } from './expectations/matches-tree.ts';
import type { SpanSource } from './spans/span-source.ts';

declare global {
  // The types of chai are a global namespace, into which every plugin merges what it adds.
  namespace Chai {
    interface Assertion {
      /** A span of that name is there; see `TraceExpectation.toHaveSpan` of `@tracelink/testing`. */
      span(name: string, expected?: SpanExpectation): Assertion;
      /** A span named `to` follows from one named `from`; see `TraceExpectation.toHaveEdge` of `@tracelink/testing`. */
      edge(from: string, to: string, expected?: EdgeExpectation): Assertion;
      /** All spans are the tree that `traceTree` draws; see `TraceExpectation.toMatchTree` of `@tracelink/testing`. */
      traceTree(expected: string): Assertion;
      /** There are spans that no assertion asked for: usually said with `not`. */
      leftOverSpans(): Assertion;
    }
  }
}

/**
 * Adds trace assertions to chai, of what `expectTrace` takes: a recorder, a receiver, an array of spans.
 *
 * ```ts
 * use(traceAssertions);
 * expect(recorder).to.have.edge('orders send orders.placed', 'fulfilment process orders.placed', { via: 'link' });
 * expect(recorder).not.to.have.leftOverSpans();
 * ```
 */
export function traceAssertions({ Assertion, AssertionError }: Chai.ChaiStatic, utils: Chai.ChaiUtils): void {
  const settle = (assertion: Chai.AssertionStatic, holds: Check, holdsNot: Check): void => {
    const check = utils.flag(assertion, 'negate') === true ? holdsNot : holds;
    const failure = check(utils.flag(assertion, 'object') as SpanSource);
    if (failure === undefined) return;
    // Not by chai's `assert`, which takes "#{this}" in a span's name for a place to fill in.
    const context = utils.flag(assertion, 'message') as string | undefined;
    throw new AssertionError(
      context === undefined ? failure.message : `${context}: ${failure.message}`,
      { ...failure.compared, showDiff: failure.compared !== undefined },
      utils.flag(assertion, 'ssfi') as () => void,
    );
  };
  Assertion.addMethod('span', function (this: Chai.AssertionStatic, name: string, expected?: SpanExpectation) {
    settle(
      this,
      (source) => hasSpan(source, name, expected),
      (source) => lacksSpan(source, name, expected),
    );
  });
  Assertion.addMethod('edge', function (this: Chai.AssertionStatic, from: string, to: string, expected?: EdgeExpectation) {
    settle(
      this,
      (source) => hasEdge(source, from, to, expected),
      (source) => lacksEdge(source, from, to, expected),
    );
  });
  Assertion.addMethod('traceTree', function (this: Chai.AssertionStatic, expected: string) {
    settle(
      this,
      (source) => matchesTree(source, expected),
      (source) => differsFromTree(source, expected),
    );
  });
  Assertion.addMethod('leftOverSpans', function (this: Chai.AssertionStatic) {
    settle(this, hasLeftOver, hasNoLeftOver);
  });
}

type Check = (source: SpanSource) => Failure | undefined;
