import { ask } from './asked-spans.ts';
import { failure, type Failure } from './failure.ts';
import { nearestName } from './nearest-name.ts';
import { named, spansOf, type SpanSource } from './span-source.ts';

/** Options of the assertions about a span. */
export interface SpanExpectation {
  /**
   * Exactly how many there are.
   * @default one or more
   */
  readonly times?: number;
}

/** Checks that there are spans of a name; all of them are asked for then. */
export function hasSpan(source: SpanSource, name: string, { times }: SpanExpectation = {}): Failure | undefined {
  const found = named(spansOf(source), name);
  if (isCount(found.length, times)) {
    ask(source, found);
    return undefined;
  }
  if (found.length === 0) return failure(`No span "${name}".${nearestName(source, name)}`, source);
  return failure(`"${name}" is there ${countOf(found.length)}, not ${countOf(times)}.`, source);
}

/** Checks the contrary of {@link hasSpan}. */
export function lacksSpan(source: SpanSource, name: string, { times }: SpanExpectation = {}): Failure | undefined {
  const found = named(spansOf(source), name);
  if (!isCount(found.length, times)) return undefined;
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
