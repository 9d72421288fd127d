import type { SpanSource } from '../spans/span-source.ts';
import type { Failure } from './failure.ts';
import { hasEdge, lacksEdge, type EdgeExpectation } from './has-edge.ts';
import { hasLeftOver, hasNoLeftOver, hasSpan, lacksSpan, type SpanExpectation } from './has-span.ts';
import { differsFromTree, matchesTree } from './matches-tree.ts';

/** What `expect.extend` of jest and of vitest wants of a matcher. */
export interface MatcherResult {
  /** Whether the matcher holds, before `not`. */
  readonly pass: boolean;
  /** Why the assertion fails. */
  readonly message: () => string;
  /** What there is, where two texts were compared; vitest shows the difference. */
  readonly actual?: string;
  /** What there should be. */
  readonly expected?: string;
}

/** What jest and vitest call a matcher on. */
export interface MatcherState {
  /** Whether it was asked for by `expect(…).not`. */
  readonly isNot?: boolean | undefined;
}

/** What `expect` of jest and vitest has once it was extended by the matchers. @typeParam R what each gives back: usually nothing */
export interface TraceAssertions<R> {
  /** A span of that name is there; see `TraceExpectation.toHaveSpan` of `@tracelink/testing`. */
  toHaveSpan(name: string, expected?: SpanExpectation): R;
  /** A span named `to` follows from one named `from`; see `TraceExpectation.toHaveEdge` of `@tracelink/testing`. */
  toHaveEdge(from: string, to: string, expected?: EdgeExpectation): R;
  /** All spans are the tree that `traceTree` draws; see `TraceExpectation.toMatchTree` of `@tracelink/testing`. */
  toMatchTraceTree(expected: string): R;
  /** There are spans that no assertion asked for: usually said with `not`. */
  toHaveLeftOverSpans(): R;
}

/**
 * The trace assertions as matchers of jest and vitest, of what `expectTrace` takes: a recorder, a receiver, an array of spans. Hand them to
 * `expect.extend`. Not an interface, which would not have the index signature that jest asks for.
 */
export type TraceMatchers = {
  toHaveSpan(this: MatcherState, source: SpanSource, name: string, expected?: SpanExpectation): MatcherResult;
  toHaveEdge(this: MatcherState, source: SpanSource, from: string, to: string, expected?: EdgeExpectation): MatcherResult;
  toMatchTraceTree(this: MatcherState, source: SpanSource, expected: string): MatcherResult;
  toHaveLeftOverSpans(this: MatcherState, source: SpanSource): MatcherResult;
};

/** The matchers. What one holds of counts as asked for, as with `expectTrace`. */
export const traceMatchers: TraceMatchers = {
  toHaveSpan(source, name, expected) {
    return this.isNot === true ? refuted(lacksSpan(source, name, expected)) : held(hasSpan(source, name, expected));
  },
  toHaveEdge(source, from, to, expected) {
    return this.isNot === true ? refuted(lacksEdge(source, from, to, expected)) : held(hasEdge(source, from, to, expected));
  },
  toMatchTraceTree(source, expected) {
    return this.isNot === true ? refuted(differsFromTree(source, expected)) : held(matchesTree(source, expected));
  },
  toHaveLeftOverSpans(source) {
    return this.isNot === true ? refuted(hasNoLeftOver(source)) : held(hasLeftOver(source));
  },
};

function held(failure: Failure | undefined): MatcherResult {
  return { pass: failure === undefined, message: () => failure?.message ?? '', ...failure?.compared };
}

/** After `not` a runner fails what passes, so the contrary that does not hold is said to pass. */
function refuted(failure: Failure | undefined): MatcherResult {
  return { ...held(failure), pass: failure !== undefined };
}
