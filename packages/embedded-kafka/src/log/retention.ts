import type { FirstBatch } from './segment.ts';

/** How long and how much a topic keeps. */
export interface Retention {
  /** `retention.ms`; -1 keeps records however old they are. */
  readonly retentionMs: number;
  /** `retention.bytes`; -1 keeps records however many there are. */
  readonly retentionBytes: number;
}

/**
 * Whether the oldest batch may go: it is too old, or without it the log still has `retention.bytes`. Kafka says the
 * same of whole segments. A batch without a timestamp does not age.
 */
export function isExpired(first: FirstBatch, sizeInBytes: number, { retentionMs, retentionBytes }: Retention, now: number): boolean {
  const tooOld = retentionMs >= 0 && first.maxTimestamp >= 0 && now - first.maxTimestamp > retentionMs;
  const tooMuch = retentionBytes >= 0 && sizeInBytes - first.sizeInBytes >= retentionBytes;
  return tooOld || tooMuch;
}
