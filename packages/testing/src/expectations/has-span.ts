import { caption } from '../drawing/draw-forest.ts';
import { ask, named, spansOf, type SpanSource, wasAsked } from '../spans/span-source.ts';
import type { TraceSpan } from '../spans/trace-span.ts';
import { checkExpected, checkNames, wholeNumber } from './check-arguments.ts';
import { failure, type Failure, listNames, nearestName, unknowable } from './failure.ts';

/** Options of the assertions about a span. */
export interface SpanExpectation {
  /**
   * Exactly how many there are.
   * @default one or more
   */
  readonly times?: number;
}

/** Checks that there are spans of a name; all of them are asked for then. */
export function hasSpan(source: SpanSource, name: string, expected: SpanExpectation = {}): Failure | undefined {
  checkNames(name);
  checkExpected(expected, { times: wholeNumber });
  const { times } = expected;
  const found = named(spansOf(source), name);
  if (isCount(found.length, times)) {
    ask(source, found);
    return times === undefined ? undefined : unknowable(`"${name}" is there no more than ${countOf(times)}`, source);
  }
  if (found.length === 0) return failure(`No span "${name}".${nearestName(source, name)}`, source);
  return failure(`"${name}" is there ${countOf(found.length)}, not ${countOf(times)}.`, source);
}

/** Checks the contrary of {@link hasSpan}. */
export function lacksSpan(source: SpanSource, name: string, expected: SpanExpectation = {}): Failure | undefined {
  checkNames(name);
  checkExpected(expected, { times: wholeNumber });
  const { times } = expected;
  const found = named(spansOf(source), name);
  if (!isCount(found.length, times)) {
    // Those that are missing do not make less of them.
    if (times !== undefined && found.length > times) return undefined;
    return unknowable(`"${name}" is not there${times === undefined ? '' : ` ${countOf(times)}`}`, source);
  }
  return failure(`"${name}" is there ${countOf(found.length)} and was not expected.`, source);
}

/** Whether so many are as many as expected: any, unless it is said how many. */
export function isCount(found: number, times: number | undefined): boolean {
  return times === undefined ? found > 0 : found === times;
}

/** A number of times in words. */
export function countOf(times: number | undefined): string {
  return times === 1 ? 'once' : `${times} times`;
}

/** The spans of a source that no assertion asked for. */
export function leftOver(source: SpanSource): TraceSpan[] {
  return spansOf(source).filter((span) => !wasAsked(source, span));
}

/** Checks that each span was asked for. */
export function hasNoLeftOver(source: SpanSource): Failure | undefined {
  const left = leftOver(source);
  return left.length === 0
    ? unknowable('each span was asked for', source)
    : failure(`Never asked for: ${listNames(left.map(caption))}.`, source);
}

/** Checks the contrary of {@link hasNoLeftOver}. */
export function hasLeftOver(source: SpanSource): Failure | undefined {
  return leftOver(source).length === 0 ? failure('Every span was asked for.', source) : undefined;
}
