import type { Consumer } from 'kafkajs';
import { contained } from '../../contain.ts';
import { partitionKey, type TopicPartition, type TopicPartitionOffset } from './topic-partition.ts';

/** Why a partition waits at a record. */
export type BlockReason = 'classified' | 'no_dead_letters' | 'dead_letter_unwritable' | 'retry_topic_unwritable' | 'position_unknown';

/** A partition that does not go on. */
export interface BlockedPartition extends TopicPartitionOffset {
  /**
   * Why: `classify` said so; there are no dead letters; or the dead-letter record, or the one for the retry topic, could not be written,
   * which is retried by itself; or the broker does not say where the partition goes on, as when the topic does not exist at
   * present, which is asked again by itself.
   */
  readonly reason: BlockReason;
  /** What the handler failed with, the producer of dead-letter records, or the broker. */
  readonly error: unknown;
  /** Milliseconds since the epoch at which it is retried by itself; `undefined`: after `resume()`. */
  readonly resumesAt: number | undefined;
}

/** A partition that waits for its next record to be due. */
export interface DelayedPartition extends TopicPartitionOffset {
  /** Milliseconds since the epoch. */
  readonly resumesAt: number;
}

type Hold =
  | { readonly kind: 'paused' }
  | { readonly kind: 'circuit-open' }
  | { readonly kind: 'delayed'; readonly delayed: DelayedPartition }
  /** Still blocked while it is retried: only a write that succeeds ends it. */
  | { readonly kind: 'blocked'; readonly blocked: BlockedPartition; isRetried: boolean };

interface Held extends TopicPartition {
  readonly hold: Hold;
  readonly since: number;
  timer: NodeJS.Timeout | undefined;
}

// What Node's timers can wait for; who waits for longer looks again.
const longestTimer = 2 ** 31 - 1;

// Milliseconds.
const shortDelay = 1_000;

type Client = Pick<Consumer, 'pause' | 'resume' | 'seek'>;

/**
 * Whether each partition may go on: it runs, is paused, is delayed until a time, is blocked for a reason, or waits for the circuit
 * to close. Nothing else pauses, resumes or seeks in the client, and every timer that does is kept here.
 */
export class PartitionController {
  readonly #client: Client;
  readonly #resumed: (place: TopicPartition) => void;
  readonly #held = new Map<string, Held>();
  #isClosed = false;

  /** @param resumed told of each partition that is fetched from again, whose topic may have been created again meanwhile */
  constructor(client: Client, resumed: (place: TopicPartition) => void) {
    this.#client = client;
    this.#resumed = resumed;
  }

  get blocked(): readonly BlockedPartition[] {
    return [...this.#held.values()].flatMap(({ hold }) => (hold.kind === 'blocked' ? hold.blocked : []));
  }

  get delayed(): readonly DelayedPartition[] {
    return [...this.#held.values()].flatMap(({ hold }) => (hold.kind === 'delayed' ? hold.delayed : []));
  }

  /** Because the subscription is paused, or the circuit is open. */
  hold({ topic, partition }: TopicPartition, kind: 'paused' | 'circuit-open'): void {
    this.#hold({ topic, partition, hold: { kind }, since: performance.now(), timer: undefined });
  }

  /** Until its next record is due. */
  delay(delayed: DelayedPartition): void {
    const { topic, partition, resumesAt } = delayed;
    this.#hold({ topic, partition, hold: { kind: 'delayed', delayed }, since: performance.now(), timer: undefined }, resumesAt);
  }

  /** Until what blocks it is mended, and by whom. */
  block(blocked: BlockedPartition): void {
    const { topic, partition, resumesAt } = blocked;
    const hold = { kind: 'blocked', blocked, isRetried: false } as const;
    this.#hold({ topic, partition, hold, since: performance.now(), timer: undefined }, resumesAt);
  }

  /** The record that blocked a partition is settled. */
  unblock({ topic, partition }: TopicPartition): void {
    if (this.#held.size === 0) return;
    const key = partitionKey(topic, partition);
    const held = this.#held.get(key);
    if (held?.hold.kind === 'blocked' && held.hold.isRetried) this.#held.delete(key);
  }

  /** What a partition waited for does not exist any more. */
  release({ topic, partition }: TopicPartition): void {
    const key = partitionKey(topic, partition);
    const held = this.#held.get(key);
    if (held !== undefined && held.hold.kind !== 'paused') this.#resume(key, held);
  }

  /** Goes on with everything: the user said so. */
  resumeAll(): void {
    for (const [key, held] of this.#held) this.#resume(key, held);
  }

  /** Goes on with what waits for the circuit, or for the subscription. */
  resumeHeld(kind: 'paused' | 'circuit-open'): void {
    for (const [key, held] of this.#held) if (held.hold.kind === kind) this.#resume(key, held);
  }

  /** Reads on elsewhere. What is in flight from there is stale. */
  seek({ topic, partition }: TopicPartition, offset: bigint): void {
    this.#tell((client) => client.seek({ topic, partition, offset: String(offset) }));
  }

  /**
   * The group assigned partitions anew. What waits with those that are kept goes on waiting, whether or not the client remembers;
   * the others are not ours.
   */
  assigned(isOurs: (place: TopicPartition) => boolean): void {
    for (const [key, held] of this.#held) {
      if (isOurs(held)) {
        if (!(held.hold.kind === 'blocked' && held.hold.isRetried))
          this.#tell((client) => client.pause([{ topic: held.topic, partitions: [held.partition] }]));
        continue;
      }
      clearTimeout(held.timer);
      this.#held.delete(key);
      // The client remembers pauses of partitions that it has lost.
      this.#tell((client) => client.resume([{ topic: held.topic, partitions: [held.partition] }]));
    }
  }

  /** Nothing pauses, resumes or goes on by itself any more: the client may be gone. */
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
    // Partition by partition: kafkajs forgets single pauses when a whole topic is paused.
    this.#tell((client) => client.pause([{ topic, partitions: [partition] }]));
  }

  #wait(key: string, held: Held, until: number): void {
    const delay = Math.min(Math.max(1, until - Date.now()), longestTimer);
    held.timer = setTimeout(() => (Date.now() < until - 1 ? this.#wait(key, held, until) : this.#retry(key, held)), delay);
  }

  /** By itself: a write that failed is retried, a record is due. */
  #retry(key: string, held: Held): void {
    if (held.hold.kind !== 'blocked') return this.#resume(key, held);
    held.hold.isRetried = true;
    this.#fetchAgain(held);
  }

  #resume(key: string, held: Held): void {
    clearTimeout(held.timer);
    this.#held.delete(key);
    this.#fetchAgain(held);
  }

  #fetchAgain({ topic, partition, since, hold }: Held): void {
    if (this.#isClosed) return;
    this.#tell((client) => client.resume([{ topic, partitions: [partition] }]));
    // Short delays come by the thousand, and a topic is not created again in one.
    if (hold.kind !== 'delayed' || performance.now() - since > shortDelay) this.#resumed({ topic, partition });
  }

  /** A client that is starting again after a crash refuses; what waits is said again once it has joined its group. */
  #tell(what: (client: Client) => void): void {
    if (!this.#isClosed) contained('pausing or resuming a partition', () => what(this.#client), this);
  }
}
