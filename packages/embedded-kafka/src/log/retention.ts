import type { FirstBatch } from './segment.ts';

/** The retention configs of a topic. */
export interface Retention {
  /** `retention.ms`; -1 keeps records of any age. */
  readonly retentionMs: number;
  /** `retention.bytes`; -1 keeps any number of bytes. */
  readonly retentionBytes: number;
}

/**
 * Whether the oldest batch expired: it is too old, or the log has `retention.bytes` without it. Kafka applies the same
 * rule to whole segments. A batch without a timestamp does not expire by age.
 */
export function isExpired(first: FirstBatch, sizeInBytes: number, { retentionMs, retentionBytes }: Retention, now: number): boolean {
  const tooOld = retentionMs >= 0 && first.maxTimestamp >= 0 && now - first.maxTimestamp > retentionMs;
  const tooMuch = retentionBytes >= 0 && sizeInBytes - first.sizeInBytes >= retentionBytes;
  return tooOld || tooMuch;
}
