import { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { toTraceSpan, type RecordedSpan } from '../spans/recorded-span.ts';
import { idOf, parentIdOf, spansById, type SpanReference, type TraceSpan } from '../spans/trace-span.ts';
import { caption, drawForest, shortened } from './draw-forest.ts';
import { spanForest } from './span-forest.ts';

/**
 * Draws spans as a tree for a terminal, one trace after the other: service, span name, kind, duration, status; under
 * each span an arrow for every link, with the name of the span that it points to.
 *
 * ```text
 * trace 5b8aa5a2d2c872e8321cf37308d69df2
 * └─ orders: POST /orders (server, 8.2 ms)
 *    └─ orders: send orders.placed (producer, 3.1 ms)
 *       └─ fulfilment: process orders.placed (consumer, 1.9 ms) ERROR out of stock
 *             → orders: send orders.placed
 * ```
 *
 * Siblings stand in the order of their start. Every span given is drawn, also one whose parent is missing or, in
 * malformed data, its own descendant.
 *
 * @returns the lines, joined by line feeds; empty for no spans
 */
export function formatTrace(spans: Iterable<RecordedSpan | TraceSpan>): string {
  return drawTraces(spans, plain);
}

/** {@link formatTrace}, in colours. */
function drawTraces(spans: Iterable<RecordedSpan | TraceSpan>, paint: Paint): string {
  const all = [...spans].map(toTraceSpan).toSorted((a, b) => a.startTime - b.startTime);
  const byId = spansById(all);
  const captions = {
    span: (span: TraceSpan): string => describe(span, byId, paint),
    links: (span: TraceSpan): string[] => span.links.map((link) => paint('link', describeLink(span, link, byId))),
  };
  return [...Map.groupBy(all, ({ traceId }) => traceId)]
    .flatMap(([traceId, members]) => [paint('trace', `trace ${traceId}`), ...drawForest(spanForest(members), captions)])
    .join('\n');
}

function describe(span: TraceSpan, byId: ReadonlyMap<string, TraceSpan>, paint: Paint): string {
  const parentId = parentIdOf(span);
  const { code, message } = span.status;
  const status = `${code.toUpperCase()}${message === undefined ? '' : ` ${shortened(message)}`}`;
  const parts = [caption(span), paint('aside', `(${span.kind}, ${span.duration.toFixed(1)} ms)`)];
  if (code !== 'unset') parts.push(code === 'error' ? paint('error', status) : status);
  if (parentId !== undefined && !byId.has(parentId)) parts.push(paint('aside', `(parent ${span.parentSpanId} not received)`));
  return parts.join(' ');
}

/** What is in another trace, or nowhere, is named by the ids that one would look for it with. */
function describeLink(from: TraceSpan, link: SpanReference, byId: ReadonlyMap<string, TraceSpan>): string {
  const target = byId.get(idOf(link));
  const elsewhere = link.traceId === from.traceId ? '' : ` (trace ${link.traceId})`;
  return target === undefined ? `${link.spanId} (not received)${elsewhere}` : `${caption(target)}${elsewhere}`;
}

/** The parts of a drawn trace that a terminal may show in a colour. */
const styles = { trace: 'bold', aside: 'dim', link: 'cyan', error: 'red' } as const;

/** Gives a part of a line the colour that it is known by. */
type Paint = (part: keyof typeof styles, text: string) => string;

/** For what is no terminal. */
const plain: Paint = (_, text) => text;

/** Colours for an output that is a terminal and shows them; the environment decides too, by `NO_COLOR` and `FORCE_COLOR`. */
function paintFor(output: object): Paint {
  return output instanceof Writable ? (part, text) => styleText(styles[part], text, { stream: output }) : plain;
}

/**
 * Writes the tree of `formatTrace` and a line feed. A terminal gets colours, unless `NO_COLOR` is set; a file or a pipe gets
 * none, unless `FORCE_COLOR` is.
 *
 * @param output where to; by default the process's standard output
 */
export function printTrace(spans: Iterable<RecordedSpan | TraceSpan>, output: { write(text: string): unknown } = process.stdout): void {
  output.write(`${drawTraces(spans, paintFor(output))}\n`);
}
