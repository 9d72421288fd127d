import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { UsageError } from './argument-values.ts';
import { shownBytes } from './record-output.ts';

/** Milliseconds of a unit. */
const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The time of an option, in milliseconds since the epoch: an ISO time, in UTC when it has no zone, or a duration before `now`.
 *
 * @throws {UsageError}
 */
export function parseTime(option: string, text: string, now: number): number {
  const duration = /^(\d{1,9})([smhd])$/.exec(text);
  if (duration !== null) return now - Number(duration[1]) * (units[duration[2] ?? ''] ?? 0);
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const time = iso === null ? Number.NaN : Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}${iso[3] ?? 'Z'}`);
  if (Number.isNaN(time))
    throw new UsageError(`${option} takes a time such as 2026-11-29T08:00Z, or a duration such as 90s, 30m, 2h or 7d, not "${text}"`);
  return time;
}

/** Milliseconds since the epoch. */
interface Times {
  readonly since: number | undefined;
  /** Not included. */
  readonly until: number | undefined;
}

/** Whether a record is one of those that the options select: all of them hold. @throws {UsageError} */
export function filterOf(value: (name: string) => string | undefined, { since, until }: Times): (record: DeadLetterRecord) => boolean {
  const [errorClass, originalTopic, key, trace] = [value('error-class'), value('original-topic'), value('key'), value('trace')];
  const error = value('error')?.toLowerCase();
  if (trace !== undefined && !/^[\da-f]{32}$/.test(trace)) throw new UsageError(`--trace takes a trace id of 32 digits, not "${trace}"`);
  return (record) =>
    (since === undefined || record.timestamp >= since) &&
    (until === undefined || record.timestamp < until) &&
    (errorClass === undefined || record.errorClass === errorClass) &&
    (error === undefined || `${record.errorClass}\n${record.errorMessage}`.toLowerCase().includes(error)) &&
    (originalTopic === undefined || record.originalTopic === originalTopic) &&
    (trace === undefined || record.traceId === trace) &&
    (key === undefined || (record.key !== null && shownBytes(record.key) === key));
}
