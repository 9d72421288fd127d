import { wasAsked } from './asked-spans.ts';
import { caption } from './caption.ts';
import { failure, type Failure } from './failure.ts';
import { listNames } from './list-names.ts';
import { spansOf, type SpanSource } from './span-source.ts';
import type { TraceSpan } from './trace-span.ts';

/** The spans of a source that no assertion asked for. */
export function leftOver(source: SpanSource): TraceSpan[] {
  return spansOf(source).filter((span) => !wasAsked(source, span));
}

/** Checks that each span was asked for. */
export function hasNoLeftOver(source: SpanSource): Failure | undefined {
  const left = leftOver(source);
  return left.length === 0 ? undefined : failure(`Never asked for: ${listNames(left.map(caption))}.`, source);
}

/** Checks the contrary of {@link hasNoLeftOver}. */
export function hasLeftOver(source: SpanSource): Failure | undefined {
  return leftOver(source).length === 0 ? failure('Every span was asked for.', source) : undefined;
}
