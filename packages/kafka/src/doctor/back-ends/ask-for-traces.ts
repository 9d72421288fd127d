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
  readonly unknown: UnknownTraces;
  /** Empty where the back end gives no spans. */
  readonly traced: readonly TracedRecord[];
}

/** Milliseconds that exporters and back ends may take. */
const lateness = 30_000;

/** Spans around a record beyond these are not looked at. */
const mostSpans = 200;

/**
 * Asks a back end for traces, one after the other; those of the last half minute may be on their way. That a trace is not sampled is asked
 * of back ends that give spans only.
 *
 * @throws {KafkaTracingError} `back_end`; the reason of the signal
 */
export async function askForTraces(
  backEnd: TraceBackEnd,
  traces: Iterable<NamedTrace>,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal | undefined },
): Promise<AskedTraces> {
  const places: RecordPlace[] = [];
  const traced: TracedRecord[] = [];
  let [asked, unknown] = [0, 0];
  for (const named of traces) {
    signal?.throwIfAborted();
    const { timestamp, isSampled, ...record } = named;
    if (timestamp > now - lateness || (!isSampled && backEnd.spans === undefined)) continue;
    const spans = await backEnd.spans?.(named.traceId);
    if (spans !== undefined && spans.length > 0) {
      const known = spans.filter(({ traceId }) => traceId === named.traceId).length;
      traced.push({ ...record, isSampled, known, spans: around(named, spans) });
    }
    if (!isSampled) continue;
    asked++;
    if (spans === undefined ? await backEnd.hasTrace(named.traceId) : spans.length > 0) continue;
    unknown++;
    if (places.length < 3) places.push({ partition: named.partition, offset: named.offset });
  }
  return { unknown: { asked, unknown, places }, traced };
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
