import { longestTimer } from '@tracelink/context/internal';
import { guard } from '../../core/guard.ts';
import type { GroupMemberPort } from '../../client/port/group-member.ts';
import { partitionKey, type TopicPartition, type TopicPartitionOffset } from '../../client/record.ts';

/**
 * Why a partition waits at a record:
 * - `classified`: `classify` returned `stop`
 * - `no_dead_letters`: the message kept failing, and `deadLetter` is `false`
 * - `dead_letter_unwritable`, `retry_topic_unwritable`: no broker acknowledged the record; the write is repeated
 * - `position_unknown`: the broker does not answer where the partition continues, as when the topic does not exist; it is asked again
 */
export type BlockReason = 'classified' | 'no_dead_letters' | 'dead_letter_unwritable' | 'retry_topic_unwritable' | 'position_unknown';

/** Whether the block ends by itself, as its write is repeated; otherwise at `resume()`. */
export function isRepeatedWrite(reason: BlockReason): boolean {
  return reason === 'dead_letter_unwritable' || reason === 'retry_topic_unwritable';
}

/** A partition that waits at a record. */
export interface BlockedPartition extends TopicPartitionOffset {
  readonly reason: BlockReason;
  /** The error of the handler, of the producer that writes the record, or of the broker. */
  readonly error: unknown;
  /** When it is retried, milliseconds since the epoch; `undefined`: at `resume()`. */
  readonly resumesAt: number | undefined;
}

/** A partition that waits for a scheduled retry to be due. */
export interface DelayedPartition extends TopicPartitionOffset {
  /** When it is due, milliseconds since the epoch. */
  readonly resumesAt: number;
}

type Hold =
  /** `blocked`: by a write that had not succeeded before. */
  | { readonly kind: 'paused' | 'circuit-open'; readonly blocked: BlockedPartition | undefined }
  | { readonly kind: 'delayed'; readonly delayed: DelayedPartition }
  /** Still blocked while it is retried: only a successful write ends it. */
  | { readonly kind: 'blocked'; readonly blocked: BlockedPartition; readonly isRetried: boolean };

interface Held extends TopicPartition {
  readonly hold: Hold;
  timer: NodeJS.Timeout | undefined;
}

type Client = Pick<GroupMemberPort, 'pause' | 'resume' | 'seek'>;

/**
 * The state of each partition: it runs, is paused, is delayed until a time, is blocked for a reason, or waits for the circuit
 * to close. Nothing else pauses, resumes or seeks in the client, and every timer that does is kept here.
 */
export class PartitionController {
  readonly #client: Client;
  readonly #resumed: (place: TopicPartition) => void;
  readonly #held = new Map<string, Held>();
  #isClosed = false;

  /** @param resumed called for each partition that is fetched again */
  constructor(client: Client, resumed: (place: TopicPartition) => void) {
    this.#client = client;
    this.#resumed = resumed;
  }

  get blocked(): readonly BlockedPartition[] {
    return [...this.#held.values()].flatMap(({ hold }) => (hold.kind === 'delayed' ? [] : (hold.blocked ?? [])));
  }

  get delayed(): readonly DelayedPartition[] {
    return [...this.#held.values()].flatMap(({ hold }) => (hold.kind === 'delayed' ? hold.delayed : []));
  }

  /** Because the subscription is paused, or the circuit is open. */
  hold({ topic, partition }: TopicPartition, kind: 'paused' | 'circuit-open'): void {
    const before = this.#held.get(partitionKey(topic, partition))?.hold;
    const blocked = before === undefined || before.kind === 'delayed' ? undefined : before.blocked;
    this.#hold({ topic, partition, hold: { kind, blocked }, timer: undefined });
  }

  /** Until its next record is due. */
  delay(delayed: DelayedPartition): void {
    const { topic, partition, resumesAt } = delayed;
    this.#hold({ topic, partition, hold: { kind: 'delayed', delayed }, timer: undefined }, resumesAt);
  }

  /** Until `resumesAt`, or until `resume()`. */
  block(blocked: BlockedPartition): void {
    const { topic, partition, resumesAt } = blocked;
    const hold = { kind: 'blocked', blocked, isRetried: false } as const;
    this.#hold({ topic, partition, hold, timer: undefined }, resumesAt);
  }

  /** A record is settled. @returns whether it was the one that blocked its partition */
  unblock({ topic, partition, offset }: TopicPartitionOffset): boolean {
    const key = partitionKey(topic, partition);
    const hold = this.#held.get(key)?.hold;
    if (hold?.kind !== 'blocked' || !hold.isRetried || hold.blocked.offset !== offset) return false;
    return this.#held.delete(key);
  }

  /**
   * The partition continues at `position`. A record below it no longer keeps the partition waiting: another member settled it, or the
   * broker removed it.
   *
   * @returns whether the partition waited at such a record
   */
  passed(place: TopicPartition, position: bigint): boolean {
    const held = this.#held.get(partitionKey(place.topic, place.partition));
    const record = held && (held.hold.kind === 'delayed' ? held.hold.delayed : held.hold.blocked);
    if (record === undefined || BigInt(record.offset) >= position) return false;
    this.release(place);
    return true;
  }

  /** The record that the partition waits at no longer exists. A pause of the user's own stays. */
  release({ topic, partition }: TopicPartition): void {
    const key = partitionKey(topic, partition);
    const held = this.#held.get(key);
    if (held?.hold.kind === 'paused') this.#held.set(key, { ...held, hold: { kind: 'paused', blocked: undefined } });
    else if (held !== undefined) this.#resume(key, held);
  }

  /** Resumes everything, at the user's request. A failed write is retried, which need not succeed. */
  resumeAll(): void {
    for (const [key, held] of this.#held)
      if (held.hold.kind !== 'delayed' && held.hold.blocked?.resumesAt !== undefined) this.#retry(key, held, held.hold.blocked);
      else this.#resume(key, held);
  }

  /** Resumes what waits for the circuit. */
  resumeHeld(): void {
    for (const [key, held] of this.#held)
      if (held.hold.kind === 'circuit-open')
        if (held.hold.blocked === undefined) this.#resume(key, held);
        else this.#retry(key, held, held.hold.blocked);
  }

  /** Reads on at another offset. Batches in flight from there are stale. */
  seek({ topic, partition }: TopicPartition, offset: bigint): void {
    this.#tell((client) => client.seek({ topic, partition }, String(offset)));
  }

  /**
   * The group rebalanced. Kept partitions continue to wait, whether or not the client remembers;
   * the others are not ours.
   */
  assigned(isOurs: (place: TopicPartition) => boolean): void {
    for (const [key, held] of this.#held) {
      if (isOurs(held)) {
        if (!(held.hold.kind === 'blocked' && held.hold.isRetried)) this.#tell((client) => client.pause(held));
        continue;
      }
      clearTimeout(held.timer);
      this.#held.delete(key);
      // The client remembers pauses of partitions that it has lost.
      this.#tell((client) => client.resume(held));
    }
  }

  /** Nothing pauses, resumes or continues by itself any more: the client may be gone. */
  close(): void {
    this.#isClosed = true;
    for (const { timer } of this.#held.values()) clearTimeout(timer);
  }

  #hold(held: Held, resumesAt?: number): void {
    const { topic, partition } = held;
    const key = partitionKey(topic, partition);
    clearTimeout(this.#held.get(key)?.timer);
    this.#held.set(key, held);
    if (this.#isClosed) return;
    if (resumesAt !== undefined) this.#wait(key, held, resumesAt);
    this.#tell((client) => client.pause({ topic, partition }));
  }

  #wait(key: string, held: Held, until: number): void {
    const delay = Math.min(Math.max(1, until - Date.now()), longestTimer);
    held.timer = setTimeout(() => {
      if (Date.now() < until - 1) this.#wait(key, held, until);
      // By itself: a failed write is retried, a record is due.
      else if (held.hold.kind === 'blocked') this.#retry(key, held, held.hold.blocked);
      else this.#resume(key, held);
    }, delay);
  }

  #retry(key: string, { topic, partition, timer }: Held, blocked: BlockedPartition): void {
    clearTimeout(timer);
    const held: Held = { topic, partition, hold: { kind: 'blocked', blocked, isRetried: true }, timer: undefined };
    this.#held.set(key, held);
    this.#fetchAgain(held);
  }

  #resume(key: string, held: Held): void {
    clearTimeout(held.timer);
    this.#held.delete(key);
    this.#fetchAgain(held);
  }

  #fetchAgain({ topic, partition }: Held): void {
    if (this.#isClosed) return;
    this.#tell((client) => client.resume({ topic, partition }));
    this.#resumed({ topic, partition });
  }

  /** A client that restarts after a crash rejects the call; partitions that wait are paused again once it has joined its group. */
  #tell(what: (client: Client) => void): void {
    if (!this.#isClosed) guard('pausing or resuming a partition', () => what(this.#client), this);
  }
}
