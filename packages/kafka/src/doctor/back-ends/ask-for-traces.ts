import { isOneTrace } from '../records/seen-context.ts';
import type { RecordPlace } from '../records/seen-record.ts';
import type { BackEndSpan, TracedRecord } from '../rules/traced-record.ts';
import type { TraceBackEnd } from './back-ends.ts';

/** A trace, and a record that names it. */
export interface NamedTrace extends RecordPlace {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
  /** Of the record, milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Spans around a record beyond these are not looked at. */
const mostSpans = 200;

/**
 * Asks a back end for traces, one after the other. That a trace is not sampled is asked of back ends that give spans only.
 *
 * @returns the records that it was asked about
 * @throws {KafkaTracingError} `back_end`; the reason of the signal
 */
export async function askForTraces(
  backEnd: TraceBackEnd,
  traces: Iterable<NamedTrace>,
  signal: AbortSignal | undefined,
): Promise<readonly TracedRecord[]> {
  const asked: TracedRecord[] = [];
  for (const named of traces) {
    signal?.throwIfAborted();
    const { timestamp: _timestamp, ...record } = named;
    if (!named.isSampled && backEnd.spans === undefined) continue;
    const found = await backEnd.spans?.(named.traceId);
    // Spans of consumers alone are those of a trace that begins in the middle.
    const isKnown = found === undefined ? await backEnd.hasTrace(named.traceId) : found.some((span) => isNamedBy(named, span));
    const spans = found ?? [];
    asked.push({ ...record, isKnown, ofSender: ofSender(named, spans), spans: around(named, spans) });
  }
  return asked;
}

/** Whether it is the span that a record names: back ends may have the lower half of its trace id only. */
function isNamedBy(named: NamedTrace, span: BackEndSpan): boolean {
  return span.spanId === named.spanId && isOneTrace(span, named);
}

/** Not the whole trace, which may have thousands. */
function around({ traceId, spanId }: NamedTrace, spans: readonly BackEndSpan[]): BackEndSpan[] {
  const isNamed = (each: { readonly traceId: string; readonly spanId: string }): boolean =>
    each.traceId === traceId && each.spanId === spanId;
  const parent = spans.find(isNamed)?.parentSpanId;
  return spans
    .filter((span) => {
      const isKin = [spanId, parent].some((id) => id !== undefined && (span.spanId === id || span.parentSpanId === id));
      return (span.traceId === traceId && isKin) || span.links.some(isNamed);
    })
    .slice(0, mostSpans);
}

/**
 * The spans that were recorded before anyone received the record: from the root down, but for those below the span that the record names.
 * A span without its parent may be of a consumer, of this record or of another one of the trace, that goes by no one's decision.
 */
function ofSender({ traceId, spanId }: NamedTrace, spans: readonly BackEndSpan[]): number {
  const byParent = Map.groupBy(
    spans.filter((span) => span.traceId === traceId),
    ({ parentSpanId }) => parentSpanId,
  );
  const found = new Set(byParent.get(undefined)?.map((root) => root.spanId));
  // A set hands over what is added to it midway.
  for (const id of found) if (id !== spanId) for (const child of byParent.get(id) ?? []) found.add(child.spanId);
  if (spans.some((span) => span.traceId === traceId && span.spanId === spanId)) found.add(spanId);
  return found.size;
}
