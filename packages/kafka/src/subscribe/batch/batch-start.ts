import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { Delivery } from '../partitions/delivery.ts';
import type { PartitionLog } from '../partitions/partition-log.ts';

/** kafkajs' types do not know where a batch was fetched from; clients of its shape may not say it. */
type Fetched = EachBatchPayload['batch'] & { readonly fetchedOffset?: string };

/**
 * Whether a batch was not fetched from where its partition goes on: all of it is below the position, as it was fetched before that was
 * known; or the client has read on elsewhere by itself, and what is in between would be jumped over.
 */
export function isFetchedElsewhere(batch: Fetched, position: bigint | undefined): boolean {
  if (position === undefined) return false;
  if (BigInt(batch.lastOffset()) < position) return true;
  return batch.fetchedOffset !== undefined && BigInt(batch.fetchedOffset) > position;
}

/**
 * The first record that must not be tried yet, if any. Those behind it wait with it, as they do in their partition.
 *
 * @param isSkipped whether the record at an index is none of ours, or settled
 */
export function firstNotDue(
  log: PartitionLog,
  messages: readonly KafkaMessage[],
  isSkipped: (index: number) => boolean,
): Delivery | undefined {
  // Only records of retry topics, and those that are remembered, have a time before which they must not be tried.
  if (log.source === undefined && log.deliveries.size === 0) return undefined;
  const now = Date.now();
  for (const [index, message] of messages.entries()) {
    if (isSkipped(index)) continue;
    const delivery = log.deliver(message, index);
    if (delivery.due !== undefined && delivery.due > now) return delivery;
  }
  return undefined;
}
