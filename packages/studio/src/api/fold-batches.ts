import type { HeldTrace } from '../store/held-trace.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { summarizeTrace } from './summarize-trace.ts';

/**
 * Where a list shows a trace that is nothing but the span of a batch: under the last of the traces whose messages it took, of those that
 * are listed at all. Consumers of batches make a trace each time, so that half of a list would be theirs.
 *
 * @returns the trace to show it under; undefined where it has a row of its own
 */
export function foldsUnder(store: TraceStore, trace: HeldTrace, isListed: (other: HeldTrace) => boolean): HeldTrace | undefined {
  if (!isLoneBatch(trace)) return undefined;
  return summarizeTrace(trace)
    .linksTo.map((id) => store.trace(id))
    .filter((other): other is HeldTrace => other !== undefined && other.spans.size > 0 && !isLoneBatch(other))
    .sort((a, b) => summarizeTrace(b).startUs - summarizeTrace(a).startUs)
    .find(isListed);
}

function isLoneBatch({ spans }: HeldTrace): boolean {
  if (spans.size !== 1) return false;
  const [held] = spans.values();
  return held?.span.attributes['messaging.batch.message_count'] !== undefined;
}
