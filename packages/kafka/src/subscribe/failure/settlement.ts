import type { BlockReason } from '../partitions/partition-controller.ts';

/** How a record was settled, for now. The names are values of `tracelink.delivery.outcome`. */
export type Settlement =
  /** The record is completed. */
  | { readonly kind: 'handled' | 'dead_lettered' | 'skipped' | 'retry_later' }
  /** It is delivered again: the batch ended before it did. */
  | { readonly kind: 'interrupted' }
  /** It stays in place until the circuit closes. */
  | { readonly kind: 'circuit_open' }
  /** It stays in place, and its partition waits for it. */
  | { readonly kind: 'delayed'; readonly until: number }
  | { readonly kind: 'blocked'; readonly reason: BlockReason; readonly error: unknown };

export const handled: Settlement = { kind: 'handled' };
export const interrupted: Settlement = { kind: 'interrupted' };
