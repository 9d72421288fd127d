import type { DeadLetter, DeadLetterSummary } from '@tracelink/studio';
import type { IHeaders } from 'kafkajs';
import { recordTimestamp } from '../client/record.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';

/** A record as the studio lists it. */
export function summaryOf({ value, headers: _headers, timestamp, ...record }: DeadLetterRecord): DeadLetterSummary {
  return { ...record, timestamp: recordTimestamp(timestamp), valueSize: value?.length };
}

/** A record as the studio shows it. */
export function shownRecord(record: DeadLetterRecord): DeadLetter {
  return {
    ...summaryOf(record),
    value: record.value,
    headers: Object.entries(record.headers).flatMap(([name, value]) => valuesOf(name, value)),
  };
}

/** kafkajs has the values of a repeated header in a list, and `null` for a header without one, although its type does not say so. */
function valuesOf(name: string, value: IHeaders[string] | null): (readonly [string, Uint8Array | null])[] {
  const values: readonly (Buffer | string | null | undefined)[] = Array.isArray(value) ? value : [value];
  return values.map((one) => [name, one === null || one === undefined ? null : Buffer.from(one)]);
}
