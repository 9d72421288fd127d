import type { EachBatchPayload } from 'kafkajs';

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
