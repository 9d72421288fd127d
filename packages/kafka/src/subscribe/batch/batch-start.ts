import type { MemberBatch } from '../../client/port/group-member.ts';
import type { FetchedRecord } from '../../client/port/message.ts';
import type { FetchedBatch } from '../partitions/assignment.ts';
import type { Delivery } from '../partitions/delivery.ts';
import type { PartitionLog } from '../partitions/partition-log.ts';

/**
 * Whether a batch was fetched from another offset than the partition's position: all of it is below the position, as it was fetched before
 * the position was known; or the client has read on elsewhere by itself, and the offsets in between would be skipped.
 */
export function isFetchedElsewhere(batch: MemberBatch, position: bigint | undefined): boolean {
  if (position === undefined) return false;
  if (BigInt(batch.lastOffset) < position) return true;
  return batch.fetchedOffset !== undefined && BigInt(batch.fetchedOffset) > position;
}

/**
 * The first record that must not be attempted yet, if any. Those behind it wait with it, as they do in their partition.
 *
 * @param isSkipped whether the record at an index is not ours, or settled
 */
export function firstNotDue(
  log: PartitionLog,
  messages: readonly FetchedRecord[],
  isSkipped: (index: number) => boolean,
): Delivery | undefined {
  // Only records of retry topics, and remembered ones, have a time before which they must not be attempted.
  if (log.source === undefined && log.deliveries.size === 0) return undefined;
  const now = Date.now();
  for (const [index, message] of messages.entries()) {
    if (isSkipped(index)) continue;
    const delivery = log.deliver(message, index);
    if (delivery.due !== undefined && delivery.due > now) return delivery;
  }
  return undefined;
}

/** For everything that was fetched: control records and aborted ones, which are never delivered, have timestamps, too. */
export function fetched(batch: MemberBatch): FetchedBatch {
  return { end: BigInt(batch.lastOffset) + 1n, maxTimestamp: batch.maxTimestamp() };
}
