import { UsageError } from './usage-error.ts';

/** Milliseconds of a unit. */
const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The time that `--since` says, in milliseconds since the epoch: an ISO time, in UTC where it has no zone, or so long before `now`.
 *
 * @throws {UsageError}
 */
export function parseSince(since: string, now: number): number {
  const duration = /^(\d{1,9})([smhd])$/.exec(since);
  if (duration !== null) return now - Number(duration[1]) * (units[duration[2] ?? ''] ?? 0);
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(since);
  const time = iso === null ? Number.NaN : Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}${iso[3] ?? 'Z'}`);
  if (Number.isNaN(time))
    throw new UsageError(`--since takes a time such as 2026-11-29T08:00Z, or a duration such as 90s, 30m, 2h or 7d, not "${since}"`);
  return time;
}
