import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { FetchedBatch } from '../partitions/assignment.ts';
import type { Delivery } from '../partitions/delivery.ts';
import type { PartitionLog } from '../partitions/partition-log.ts';

/** The offset that a batch was fetched from: kafkajs' types lack it, and clients of the same shape may not have it. */
type Fetched = EachBatchPayload['batch'] & { readonly fetchedOffset?: string };

/**
 * Whether a batch was fetched from another offset than the partition's position: all of it is below the position, as it was fetched before
 * the position was known; or the client has read on elsewhere by itself, and the offsets in between would be skipped.
 */
export function isFetchedElsewhere(batch: Fetched, position: bigint | undefined): boolean {
  if (position === undefined) return false;
  if (BigInt(batch.lastOffset()) < position) return true;
  return batch.fetchedOffset !== undefined && BigInt(batch.fetchedOffset) > position;
}

/**
 * The first record that must not be attempted yet, if any. Those behind it wait with it, as they do in their partition.
 *
 * @param isSkipped whether the record at an index is not ours, or settled
 */
export function firstNotDue(
  log: PartitionLog,
  messages: readonly KafkaMessage[],
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
export function fetched(batch: EachBatchPayload['batch'] & { readonly rawMessages?: KafkaMessage[] }): FetchedBatch {
  const { messages, rawMessages = messages } = batch;
  // As text, since a number for each would cost as much as the rest of the loop: decimals of one length sort numerically.
  let time = '';
  for (const { timestamp } of rawMessages)
    if (timestamp.length > time.length || (timestamp.length === time.length && timestamp > time)) time = timestamp;
  return { end: BigInt(batch.lastOffset()) + 1n, maxTimestamp: Math.max(0, Number(time)) };
}
