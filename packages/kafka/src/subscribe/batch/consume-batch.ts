import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { AttemptRunner } from '../attempt/attempt-runner.ts';
import type { BatchDeadline } from '../attempt/batch-deadline.ts';
import type { CircuitBreaker } from '../failure/circuit-breaker.ts';
import type { Settlement } from '../failure/settlement.ts';
import type { FetchedBatch } from '../partitions/assignment.ts';
import type { Delivery } from '../partitions/delivery.ts';
import type { Membership } from '../partitions/membership.ts';
import { OffsetTracker } from '../partitions/offset-tracker.ts';
import type { PartitionLog } from '../partitions/partition-log.ts';
import { firstNotDue } from './batch-start.ts';
import { runQueues } from './key-queues.ts';
import type { PartitionCommits } from './partition-commits.ts';

/** How records are ordered and committed. */
interface BatchOptions {
  readonly concurrency: { readonly keys: number; readonly unkeyed: 'ordered' | 'unordered' };
  readonly commitInterval: number;
}

/** What one batch is worked on with. */
export interface BatchParts<V> {
  readonly options: BatchOptions;
  readonly runner: AttemptRunner<V>;
  readonly circuit: CircuitBreaker | undefined;
  readonly membership: Membership;
  readonly log: PartitionLog;
  readonly deadline: BatchDeadline;
  readonly commits: PartitionCommits;
  /** Whether the partition is still the one that was assigned when the batch came. */
  readonly isCurrent: () => boolean;
  /** Whether no other record must begin, though the batch goes on. */
  readonly isPaused: () => boolean;
  /** Whether a record is none of this subscription's. */
  readonly isForeign: (message: KafkaMessage) => boolean;
  /** Told of each record that has left its place. */
  readonly settled: (delivery: Delivery) => void;
  /** Told that the coordinator has refused a commit: the partition is another member's. */
  readonly refused: (error: unknown) => void;
}

/** Why a partition does not go on by itself: it is blocked at a record, waits until one is due, or for the circuit to close. */
export type PartitionStop =
  | (Extract<Settlement, { readonly kind: 'blocked' | 'delayed' }> & { readonly offset: string })
  | { readonly kind: 'circuit_open' };

/** Of two reasons not to go on, the one that takes more to end is the partition's. */
const stopRank: Readonly<Record<PartitionStop['kind'], number>> = { circuit_open: 0, delayed: 1, blocked: 2 };

/**
 * Works through a batch: the records of a key in order, several keys at once, commits in between and at the end. What is not settled
 * when the batch must end is left for the next fetch, or the next member.
 *
 * @returns why the partition does not go on; `undefined` when it does
 * @throws what kafkajs throws from the commit at the end: it knows what to do about it
 */
export async function consumeBatch<V>(payload: EachBatchPayload, parts: BatchParts<V>): Promise<PartitionStop | undefined> {
  const { options, runner, circuit, membership, log, deadline, commits, isCurrent, isPaused, isForeign } = parts;
  const { messages } = payload.batch;
  const tracker = new OffsetTracker(messages, payload.batch.lastOffset(), log.position ?? 0n, log.completed);
  log.tracker = tracker;
  const { end, maxTimestamp } = fetched(payload.batch);
  log.saw(end, maxTimestamp);
  const timer = setInterval(() => void commits.commit().catch(parts.refused), options.commitInterval);
  let stop: PartitionStop | undefined;
  const isSettled = (index: number): boolean => {
    if (!tracker.isSettled(index) && isForeign(messages[index] as KafkaMessage)) tracker.settle(index);
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
      // What waits for a time, or for the circuit, goes on by itself, and would take the record that blocks the partition with it.
      if (stop === undefined || stopRank[next.kind] > stopRank[stop.kind]) stop = next;
      return;
    }
    log.settle(delivery, tracker);
    parts.settled(delivery);
  };
  const isStopped = (): boolean => stop !== undefined || deadline.isEnding || isPaused() || !isCurrent() || membership.isRefused;
  const begin = (index: number): Promise<void> | undefined => {
    const delivery = log.deliver(messages[index] as KafkaMessage, index);
    if (circuit?.admits(delivery) === false) {
      circuit.wait(delivery);
      stop ??= { kind: 'circuit_open' };
      return undefined;
    }
    circuit?.begin(delivery);
    return runner.deliver(delivery, deadline, settled);
  };
  // A process that was frozen for longer than its session has lost its partitions: the coordinator is asked before anything begins.
  const beginConfirmed = async (index: number): Promise<void> => {
    await deadline.heartbeat().catch(() => {});
    if (!isStopped()) await begin(index);
  };

  try {
    await runQueues(pending(notDue?.index ?? messages.length, isSettled), {
      limit: options.concurrency.keys,
      queueOf: (index) => queueOf(messages[index] as KafkaMessage, options),
      isStopped,
      run: (index) => (membership.isStale ? beginConfirmed(index) : begin(index)),
    });
  } finally {
    clearInterval(timer);
  }
  const { lastResolved } = tracker;
  log.absorb(tracker);
  if (!isCurrent()) return undefined;
  if (lastResolved !== undefined) payload.resolveOffset(lastResolved);
  await commits.commit();
  if (stop !== undefined || notDue?.due === undefined) return stop;
  // Remembered: the bound on how long it waits is counted from here.
  log.keep(notDue);
  return { kind: 'delayed', until: notDue.due, offset: notDue.offset };
}

function* pending(end: number, isSettled: (index: number) => boolean): Generator<number> {
  for (let index = 0; index < end; index++) if (!isSettled(index)) yield index;
}

/** One queue for all where keys are handled one at a time; else one for each key. */
function queueOf({ key }: KafkaMessage, { concurrency }: BatchOptions): string | undefined {
  if (concurrency.keys === 1) return '';
  // No key and an empty one are different keys; bytes as Latin-1 are text one to one.
  if (key !== null) return `key ${key.toString('latin1')}`;
  return concurrency.unkeyed === 'ordered' ? '' : undefined;
}

/** Of all that the fetch brought: control records and aborted ones have times, too, which are never handed out. */
export function fetched(batch: EachBatchPayload['batch'] & { readonly rawMessages?: KafkaMessage[] }): FetchedBatch {
  const { messages, rawMessages = messages } = batch;
  // As text, since a number made of each would cost as much as the rest of the loop: decimals of one length sort as they count.
  let time = '';
  for (const { timestamp } of rawMessages)
    if (timestamp.length > time.length || (timestamp.length === time.length && timestamp > time)) time = timestamp;
  return { end: BigInt(batch.lastOffset()) + 1n, maxTimestamp: Math.max(0, Number(time)) };
}
