import type { MemberBatch } from '../../client/port/group-member.ts';
import type { FetchedRecord } from '../../client/port/message.ts';
import type { AttemptRunner } from '../attempt/attempt-runner.ts';
import type { BatchDeadline } from '../attempt/batch-deadline.ts';
import type { CircuitBreaker } from '../failure/circuit-breaker.ts';
import type { Settlement } from '../failure/apply-disposition.ts';
import type { Delivery } from '../partitions/delivery.ts';
import type { Membership } from '../partitions/membership.ts';
import { OffsetTracker } from '../partitions/offset-tracker.ts';
import { isRepeatedWrite } from '../partitions/partition-controller.ts';
import type { PartitionLog } from '../partitions/partition-log.ts';
import { fetched, firstNotDue } from './batch-start.ts';
import { runQueues } from './key-queues.ts';
import type { PartitionCommits } from './partition-commits.ts';

/** How records are ordered and committed. */
interface BatchOptions {
  readonly concurrency: { readonly keys: number; readonly unkeyed: 'ordered' | 'unordered' };
  readonly commitInterval: number;
}

/** The dependencies of one batch. */
export interface BatchParts<V> {
  readonly options: BatchOptions;
  readonly runner: AttemptRunner<V>;
  readonly circuit: CircuitBreaker | undefined;
  readonly membership: Membership;
  readonly log: PartitionLog;
  readonly deadline: BatchDeadline;
  readonly commits: PartitionCommits;
  /** Whether the partition still belongs to the assignment in which the batch came. */
  readonly isCurrent: () => boolean;
  /** Whether no other record may start, though the batch continues. */
  readonly isPaused: () => boolean;
  /** Whether a record does not belong to this subscription. */
  readonly isForeign: (message: FetchedRecord) => boolean;
  /** Called for each settled record. */
  readonly settled: (delivery: Delivery) => void;
  /** Called when the coordinator has rejected a commit: the partition is another member's. */
  readonly refused: (error: unknown) => void;
  /** Called with why the partition does not continue, at the end. */
  readonly stopped: (stop: PartitionStop) => void;
}

/** Why a partition does not continue by itself: it is blocked at a record, waits until one is due, or for the circuit to close. */
export type PartitionStop =
  | (Extract<Settlement, { readonly kind: 'blocked' | 'delayed' }> & { readonly offset: string })
  | { readonly kind: 'circuit_open' };

/**
 * Of two reasons not to continue, the one that lasts longer applies to the partition: one that continues by itself would retry the record
 * that only `resume()` may.
 */
function rankOf(stop: PartitionStop): number {
  if (stop.kind !== 'blocked') return stop.kind === 'delayed' ? 1 : 0;
  return isRepeatedWrite(stop.reason) ? 2 : 3;
}

/**
 * Processes a batch: the records of a key in order, several keys at once, commits in between and at the end. Records that are not settled
 * when the batch must end are left to the next fetch, or the next member.
 *
 * @throws what the commit at the end throws: the member handles it
 */
export async function consumeBatch<V>(batch: MemberBatch, parts: BatchParts<V>): Promise<void> {
  const { options, runner, circuit, membership, log, deadline, commits, isCurrent, isPaused, isForeign } = parts;
  const { messages } = batch;
  const tracker = new OffsetTracker(messages, batch.lastOffset, log.position ?? 0n, log.completed);
  log.tracker = tracker;
  const { end, maxTimestamp } = fetched(batch);
  log.saw(end, maxTimestamp);
  const timer = setInterval(() => void commits.commit().catch(parts.refused), options.commitInterval);
  let stop: PartitionStop | undefined;
  const isSettled = (index: number): boolean => {
    if (!tracker.isSettled(index) && isForeign(messages[index] as FetchedRecord)) tracker.settle(index);
    return tracker.isSettled(index);
  };
  const notDue = firstNotDue(log, messages, isSettled);

  const settled = (delivery: Delivery, settlement: Settlement): void => {
    if (settlement.kind === 'handled') circuit?.recordSuccess(delivery);
    else circuit?.recordOther(delivery);
    if (settlement.kind === 'interrupted') return log.keep(delivery);
    if (settlement.kind === 'blocked' || settlement.kind === 'delayed' || settlement.kind === 'circuit_open') {
      log.keep(delivery);
      const next = settlement.kind === 'circuit_open' ? ({ kind: 'circuit_open' } as const) : { ...settlement, offset: delivery.offset };
      if (stop === undefined || rankOf(next) > rankOf(stop)) stop = next;
      return;
    }
    log.settle(delivery, tracker);
    parts.settled(delivery);
  };
  const isStopped = (): boolean => stop !== undefined || deadline.isEnding || isPaused() || !isCurrent() || membership.isRefused;
  const begin = (index: number): Promise<void> | undefined => {
    // The handler that an earlier batch left running has completed it meanwhile.
    if (tracker.isSettled(index)) return undefined;
    const delivery = log.deliver(messages[index] as FetchedRecord, index);
    // What an earlier batch left running tells nothing of the dependency since, and could keep the probe for as long as it runs.
    if (circuit !== undefined && !delivery.hasRunningHandler) {
      if (!circuit.admits(delivery)) {
        circuit.wait(delivery);
        stop ??= { kind: 'circuit_open' };
        return undefined;
      }
      circuit.begin(delivery);
    }
    return runner.deliver(delivery, deadline, settled);
  };
  // A process that was frozen for longer than its session has lost its partitions: the coordinator is asked before a record starts.
  const beginConfirmed = async (index: number): Promise<void> => {
    await deadline.heartbeat().catch(() => {});
    if (!isStopped()) await begin(index);
  };

  try {
    await runQueues(pending(notDue?.index ?? messages.length, isSettled), {
      limit: options.concurrency.keys,
      queueOf: (index) => queueOf(messages[index] as FetchedRecord, options),
      isStopped,
      run: (index) => (membership.isStale ? beginConfirmed(index) : begin(index)),
    });
  } finally {
    clearInterval(timer);
  }
  const { lastResolved } = tracker;
  log.absorb(tracker);
  if (!isCurrent()) return;
  if (lastResolved !== undefined) batch.resolve(lastResolved);
  // Records before it that have not started, as in a rebalance, do not wait for it: the next fetch delivers them.
  if (stop === undefined && notDue?.due !== undefined && pending(notDue.index, isSettled).next().done === true) {
    // Remembered: the limit of its waiting time counts from here.
    log.keep(notDue);
    stop = { kind: 'delayed', until: notDue.due, offset: notDue.offset };
  }
  try {
    await commits.commit();
  } finally {
    // Also when the commit failed: otherwise the blocking record would be retried after each failed commit.
    if (stop !== undefined && isCurrent()) parts.stopped(stop);
  }
}

function* pending(end: number, isSettled: (index: number) => boolean): Generator<number> {
  for (let index = 0; index < end; index++) if (!isSettled(index)) yield index;
}

/** One queue for all when keys are handled one at a time; otherwise one for each key. */
function queueOf({ key }: FetchedRecord, { concurrency }: BatchOptions): string | undefined {
  if (concurrency.keys === 1) return '';
  // No key and an empty one are different keys; bytes map to Latin-1 text one to one.
  if (key !== null) return `key ${key.toString('latin1')}`;
  return concurrency.unkeyed === 'ordered' ? '' : undefined;
}
