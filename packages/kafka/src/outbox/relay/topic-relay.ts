import { guardCallback } from '../../core/guard.ts';
import { kafkaErrorName } from '../../client/port/kafka-error.ts';
import { SendBackoff, wholeTopic, type HeldMessages, type SendUnit } from './send-backoff.ts';
import type { RelaySettings } from '../table/outbox-options.ts';
import { identityOf, type OutboxRow, type OutboxTable, type PageSize, type RowIdentity } from '../table/outbox-table.ts';
import type { RelayLease } from './relay-lease.ts';
import type { TopicSender } from '../send/topic-sender.ts';

/** Errors that a broker answers because of a message, not because of its own state. */
const messageErrors: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TIMESTAMP', 'INVALID_RECORD']);

// A transaction's cost is shared by this many requests, when that much waits.
const batchesOfTransaction = 8;

/** What the relays of all topics share. */
export interface TopicRelayParts {
  readonly table: OutboxTable;
  readonly lease: RelayLease;
  readonly settings: RelaySettings;
  /** Called with the number of messages that the broker has acknowledged. */
  readonly onSent: (count: number) => void;
  /** Called with the database's error. */
  readonly onError: (error: unknown) => void;
  /** Called when another relay has acquired the lease after `term`, with the error that showed it. */
  readonly onFenced: (term: string, error: unknown) => void;
}

/**
 * Sends the outbox messages of one topic, page by page: the partitions of a page at the same time, each in the order of the
 * outbox, and deletes acknowledged messages before it reads on. It belongs to one term of the lease: what it has read and what it
 * holds may be different in the next.
 */
export class TopicRelay {
  readonly #topic: string;
  readonly #parts: TopicRelayParts;
  readonly #term: string;
  readonly #sender: TopicSender;
  readonly #before: Promise<unknown> | undefined;
  readonly #backoff: SendBackoff;
  /** When the first message of the page was added that was read last, as long as it is neither sent nor held by itself. */
  #oldestOfPage = Infinity;
  /** Messages that the broker has and the table still has. */
  #sent: RowIdentity[] = [];
  #running: Promise<void> | undefined;
  /** Runs until held messages are due. */
  #retry: NodeJS.Timeout | undefined;
  #again = false;
  #isDraining = false;
  #isStopped = false;

  /** @param before resolves when the same topic's relay of the term before has ended */
  constructor(topic: string, parts: TopicRelayParts, term: string, sender: TopicSender, before: Promise<unknown> | undefined) {
    this.#topic = topic;
    this.#parts = parts;
    this.#term = term;
    this.#sender = sender;
    this.#before = before;
    this.#backoff = new SendBackoff(topic, parts.settings.backoff);
  }

  get held(): readonly HeldMessages[] {
    return this.#backoff.describe();
  }

  /** When the oldest message was added that was read and not sent, a value of `performance.now()`; `Infinity` when there is none. */
  get oldest(): number {
    return Math.min(this.#oldestOfPage, this.#backoff.oldest);
  }

  /**
   * Sends until no message is left that can be sent, and polls once more when it is called meanwhile. Starts again by itself when held
   * messages are due. @returns its end
   */
  start(): Promise<void> {
    clearTimeout(this.#retry);
    this.#again = this.#running !== undefined;
    return (this.#running ??= this.#run().finally(() => (this.#running = undefined)));
  }

  /** As `start`, for the last time: what is held then is left to the next relay, however soon it is due. */
  drain(): Promise<void> {
    this.#isDraining = true;
    return this.start();
  }

  /** Starts no other request. @returns whether one is in flight */
  stop(): boolean {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    return this.#running !== undefined;
  }

  disconnect(): Promise<void> {
    return this.#sender.disconnect();
  }

  /** Ends with the term of the lease: starts no other request, and disconnects when the one in flight has ended. */
  async retire(): Promise<void> {
    this.stop();
    await this.#running;
    await this.disconnect();
  }

  async #run(): Promise<void> {
    try {
      await this.#before;
      do {
        this.#again = false;
        while (this.#maySend() && (await this.#page()));
      } while (this.#again && this.#maySend());
      this.#retryWhenDue();
    } catch (error) {
      // The next poll starts it again.
      this.#parts.onError(error);
    }
  }

  #retryWhenDue(): void {
    const delay = this.#backoff.nextDue - performance.now();
    // Without the lease a poll acquires it first. Nobody waits for a run that begins by itself while the relay drains.
    if (delay === Infinity || this.#isDraining || !this.#maySend()) return;
    this.#retry = setTimeout(() => void this.start(), Math.max(1, delay));
  }

  get #pageSize(): PageSize {
    const { batch, ordering } = this.#parts.settings;
    const batches = ordering === 'strict' ? batchesOfTransaction : 1;
    return { messages: batch.messages * batches, bytes: batch.bytes * batches };
  }

  #maySend(): boolean {
    return !this.#isStopped && this.#parts.lease.held?.term === this.#term;
  }

  /** @returns whether there may be more that can be sent */
  async #page(): Promise<boolean> {
    await this.#removeSent();
    await this.#markHeld();
    this.#backoff.open();
    if (this.#backoff.isWhole) return false;
    const rows = await this.#parts.table.page(this.#topic, this.#pageSize, this.#backoff.excluded);
    // Also while a request is in flight, which a client retries for minutes, and while the whole topic is held.
    this.#oldestOfPage = rows[0]?.addedAt ?? Infinity;
    if (rows.length === 0) {
      this.#backoff.forgetOpen();
      // Where many messages are refused, some are always due.
      return !this.#isDraining && this.#backoff.nextDue <= performance.now();
    }
    try {
      await this.#sender.findPartitions();
    } catch (error) {
      this.#fail(wholeTopic, [], error);
      return false;
    }
    this.#backoff.succeed(wholeTopic);
    await Promise.all([...this.#byPartition(rows)].map(([partition, ofPartition]) => this.#send(partition, ofPartition)));
    this.#oldestOfPage = Infinity;
    await this.#removeSent();
    return true;
  }

  /** Groups a page by partition, in order; holds messages that wait behind others. */
  #byPartition(rows: readonly OutboxRow[]): ReadonlyMap<number, OutboxRow[]> {
    const partitions = new Map<number, OutboxRow[]>();
    for (const row of rows) {
      let partition: number;
      try {
        partition = this.#sender.partitionOf(row);
      } catch (error) {
        if (!this.#backoff.keep(row, -1)) this.#fail({ kind: 'message', row }, [row], error);
        continue;
      }
      if (this.#backoff.keep(row, partition)) continue;
      const ofPartition = partitions.get(partition);
      if (ofPartition === undefined) partitions.set(partition, [row]);
      else ofPartition.push(row);
    }
    return partitions;
  }

  /** Sends in order. */
  async #send(partition: number, given: readonly OutboxRow[]): Promise<void> {
    const rows = given.filter((row) => !this.#backoff.keep(row, partition));
    const [first] = rows;
    if (first === undefined || !this.#maySend()) return;
    try {
      await this.#sender.send(partition, rows);
    } catch (error) {
      if (messageErrors.has(kafkaErrorName(error))) return this.#sendHalves(partition, rows, error);
      // For every error: brokers reject a fenced producer with several error codes. A database that does not answer now
      // fails the next poll.
      if (await this.#parts.lease.confirm(this.#term).catch(() => true)) return this.#fail({ kind: 'partition', partition }, rows, error);
      return this.#parts.onFenced(this.#term, error);
    }
    this.#parts.onSent(rows.length);
    this.#backoff.succeed({ kind: 'partition', partition });
    for (const row of rows) {
      this.#sent.push(identityOf(row));
      this.#backoff.succeed({ kind: 'message', row });
    }
  }

  /** A message that the broker rejects is found by halving, and blocks its own key only. */
  async #sendHalves(partition: number, rows: readonly OutboxRow[], error: unknown): Promise<void> {
    const [first] = rows;
    if (rows.length === 1 && first !== undefined) return this.#fail({ kind: 'message', row: first }, rows, error);
    const half = rows.length >> 1;
    await this.#send(partition, rows.slice(0, half));
    await this.#send(partition, rows.slice(half));
  }

  #markHeld(): Promise<void> {
    return this.#backoff.markWaiting((partition, rows) => this.#parts.table.markHeld(this.#topic, partition, rows));
  }

  /** Messages that cannot be deleted now are remembered, and deleted before anything else is read: this relay does not send them twice. */
  async #removeSent(): Promise<void> {
    if (this.#sent.length === 0) return;
    await this.#parts.table.remove(this.#topic, this.#sent);
    this.#sent = [];
  }

  #fail(unit: SendUnit, rows: readonly OutboxRow[], error: unknown): void {
    if (!this.#backoff.fail(unit, rows, error)) return;
    const at = unit.kind === 'partition' ? { partition: unit.partition } : {};
    const fields = { topic: this.#topic, ...at, error };
    const { log } = this.#parts.settings;
    guardCallback('log.warn', () => log?.warn(fields, 'Messages of the outbox cannot be sent; they will be retried'), log);
  }
}
