import { formatTrace } from './format-trace.ts';
import type { RecordedSpan } from './recorded-span.ts';
import type { TraceSpan } from './trace-span.ts';

/**
 * Writes {@link formatTrace}'s tree and a line feed.
 *
 * @param output where to; by default the process's standard output
 */
export function printTrace(spans: Iterable<RecordedSpan | TraceSpan>, output: { write(text: string): unknown } = process.stdout): void {
  output.write(`${formatTrace(spans)}\n`);
}
