import type { PartitionKey } from './assignors/assignable-partitions.ts';

/** How far a member is with its part of the target assignment. */
export interface Progress {
  readonly epoch: number;
  /** Whether the member has all of its target, must give up partitions first, or waits for partitions of others. */
  readonly state: 'stable' | 'revoking' | 'waiting';
  /** What the member may have, with the epoch since which it may. */
  readonly assigned: ReadonlyMap<PartitionKey, number>;
  /** What the member must give up, and may still have. */
  readonly revoking: ReadonlyMap<PartitionKey, number>;
}

/** What a member is to have, and what it says that it has. */
export interface Reconciliation {
  readonly target: ReadonlySet<PartitionKey>;
  readonly targetEpoch: number;
  /** Null when the member does not say. */
  readonly owned: ReadonlySet<PartitionKey> | null;
  /** Whether no other member may have the partition. */
  readonly isFree: (key: PartitionKey) => boolean;
}

const none: ReadonlyMap<PartitionKey, number> = new Map();

/**
 * One step of a member towards the target assignment (KIP-848). A member gives up partitions before it takes the target's epoch, and
 * takes each partition only when no other member may have it: so that no partition ever has two members.
 */
export function reconcile(progress: Progress, { target, targetEpoch, owned, isFree }: Reconciliation): Progress {
  const mayHave = (keys: ReadonlyMap<PartitionKey, number>): boolean => {
    for (const key of keys.keys()) if (owned === null || owned.has(key)) return true;
    return false;
  };
  if (progress.state === 'revoking' && mayHave(progress.revoking)) return progress;
  if (progress.state === 'stable' && progress.epoch === targetEpoch) return progress;
  const assigned = new Map<PartitionKey, number>();
  const revoking = new Map<PartitionKey, number>();
  for (const [key, since] of progress.assigned) (target.has(key) ? assigned : revoking).set(key, since);
  if (mayHave(revoking)) return { epoch: progress.epoch, state: 'revoking', assigned, revoking };
  let mustWait = false;
  for (const key of target) {
    if (assigned.has(key)) continue;
    if (isFree(key)) assigned.set(key, targetEpoch);
    else mustWait = true;
  }
  return { epoch: targetEpoch, state: mustWait ? 'waiting' : 'stable', assigned, revoking: none };
}

/** The progress of a member that has just joined. */
export const notStarted: Progress = { epoch: 0, state: 'stable', assigned: none, revoking: none };
