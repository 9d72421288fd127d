import type { BlockReason } from '../partitions/partition-controller.ts';

/** How it ended with a record, for now. The names are values of `tracelink.delivery.outcome`. */
export type Settlement =
  /** Nothing is left to do for it. */
  | { readonly kind: 'handled' | 'dead_lettered' | 'skipped' | 'retry_later' }
  /** It comes again: the batch ended before it did. */
  | { readonly kind: 'interrupted' }
  /** Left in its place until the circuit closes. */
  | { readonly kind: 'circuit_open' }
  /** Left in its place, its partition waits for it. */
  | { readonly kind: 'delayed'; readonly until: number }
  | { readonly kind: 'blocked'; readonly reason: BlockReason; readonly error: unknown };

export const handled: Settlement = { kind: 'handled' };
export const interrupted: Settlement = { kind: 'interrupted' };
