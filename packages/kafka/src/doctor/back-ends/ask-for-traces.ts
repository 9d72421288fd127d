import type { RecordPlace } from '../records/seen-record.ts';
import type { UnknownTraces } from '../rules/topic-summary.ts';
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

/** What a back end says of the traces that the records of a topic name. */
export interface AskedTraces {
  /** How many it was asked for, sampled or not. */
  readonly count: number;
  readonly unknown: UnknownTraces;
  /** Empty where the back end gives no spans. */
  readonly traced: readonly TracedRecord[];
}

/** Spans around a record beyond these are not looked at. */
const mostSpans = 200;

/**
 * Asks a back end for traces, one after the other. That a trace is not sampled is asked of back ends that give spans only.
 *
 * @throws {KafkaTracingError} `back_end`; the reason of the signal
 */
export async function askForTraces(
  backEnd: TraceBackEnd,
  traces: Iterable<NamedTrace>,
  signal: AbortSignal | undefined,
): Promise<AskedTraces> {
  const places: RecordPlace[] = [];
  const traced: TracedRecord[] = [];
  let [count, asked, unknown] = [0, 0, 0];
  for (const named of traces) {
    signal?.throwIfAborted();
    const { timestamp: _timestamp, isSampled, ...record } = named;
    if (!isSampled && backEnd.spans === undefined) continue;
    count++;
    const spans = await backEnd.spans?.(named.traceId);
    if (spans !== undefined && spans.length > 0) {
      traced.push({ ...record, isSampled, ofSender: ofSender(named, spans), spans: around(named, spans) });
    }
    if (!isSampled) continue;
    asked++;
    if (spans === undefined ? await backEnd.hasTrace(named.traceId) : spans.length > 0) continue;
    unknown++;
    if (places.length < 3) places.push({ partition: named.partition, offset: named.offset });
  }
  return { count, unknown: { asked, unknown, places }, traced };
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
