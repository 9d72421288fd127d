import type { TraceBackEnd } from '../back-ends/back-ends.ts';
import type { RecordPlace } from '../records/seen-record.ts';
import type { UnknownTraces } from '../rules/topic-summary.ts';

/** A sampled trace, and a record that names it. */
export interface NamedTrace extends RecordPlace {
  readonly traceId: string;
  /** Of the record, milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Milliseconds that exporters and back ends may take. */
const lateness = 30_000;

/** Asks a back end for traces, one after the other; those of the last half minute may be on their way. */
export async function unknownTraces(backEnd: TraceBackEnd, traces: Iterable<NamedTrace>, now: number): Promise<UnknownTraces> {
  const places: RecordPlace[] = [];
  let [asked, unknown] = [0, 0];
  for (const { traceId, timestamp, partition, offset } of traces) {
    if (timestamp > now - lateness) continue;
    asked++;
    if (await backEnd.hasTrace(traceId)) continue;
    unknown++;
    if (places.length < 3) places.push({ partition, offset });
  }
  return { asked, unknown, places };
}
