import { drawTraces } from './format-trace.ts';
import { paintFor } from './paint.ts';
import type { RecordedSpan } from './recorded-span.ts';
import type { TraceSpan } from './trace-span.ts';

/**
 * Writes the tree of `formatTrace` and a line feed. A terminal gets colours, unless `NO_COLOR` is set; a file or a pipe gets
 * none, unless `FORCE_COLOR` is.
 *
 * @param output where to; by default the process's standard output
 */
export function printTrace(spans: Iterable<RecordedSpan | TraceSpan>, output: { write(text: string): unknown } = process.stdout): void {
  output.write(`${drawTraces(spans, paintFor(output))}\n`);
}
