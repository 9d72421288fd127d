import type { FetchedRecord } from '../../client/port/message.ts';
import { storedHeaders } from '../../client/record.ts';
import { CompletedOffsets } from './completed-offsets.ts';
import { Delivery, type RetrySource } from './delivery.ts';
import type { OffsetTracker } from './offset-tracker.ts';

// No later time can be queried. Producers may write any timestamp.
const latest = Number.MAX_SAFE_INTEGER - 1;

/** No record below an offset is later than a time, in milliseconds since the epoch. */
export interface SeenMark {
  readonly end: bigint;
  readonly maxTimestamp: number;
}

/**
 * What this process knows of the log of one partition. Everything that is remembered by offset is kept here, so that it is forgotten
 * together when the topic was deleted and created again: an offset means nothing in another log. It is kept while the partition
 * belongs to another member.
 */
export class PartitionLog {
  readonly topic: string;
  readonly partition: number;
  /** The origin, for a retry topic. */
  readonly source: RetrySource | undefined;
  /** Everything below is settled; `undefined` until the partition was opened. */
  position: bigint | undefined;
  /** Settled offsets beyond the position, without those of the batch in process. */
  readonly completed: CompletedOffsets = new CompletedOffsets();
  /** By offset, delivered records that are not settled. */
  readonly deliveries: Map<string, Delivery> = new Map();
  /** The batch in process. */
  tracker: OffsetTracker | undefined;
  /** How often the log was found to be another one. Deliveries of an earlier one do not change the state. */
  incarnation = 0;
  /** The last commit: offset and metadata. */
  committed: string | undefined;
  /** Resolves when the batch that came last has ended, also when that was revoked; `undefined`: it has ended. */
  occupied: Promise<void> | undefined;
  /** How often in a row a failed write blocked the partition. */
  failedWrites = 0;
  /** Whether the log may have been replaced since the last check: see {@link suspect}. */
  isSuspect = false;
  /** Whether the client knows that the log was replaced: see {@link replacedBy}. */
  isReplaced = false;
  /**
   * The id of the topic in which the partition began anew, when the log was found to be another one. `undefined`: that was never found, or
   * the id was not learned.
   */
  topicId: string | undefined;
  /** All records below this offset were seen, or existed before this process. */
  seenEnd = 0n;
  /** No record below `seenEnd` has a later timestamp; milliseconds since the epoch. `undefined`: not known. */
  maxTimestamp: number | undefined;
  /**
   * What was seen when the broker last confirmed that the log was the same. What was seen since may be of another log, whose earlier
   * records no member saw: only this proves which log it is.
   */
  verified: SeenMark | undefined;
  /**
   * What had been seen when the log became suspect. The batches that came since may be of another log, whose earlier records no member
   * saw: their times would hide it.
   */
  trusted: SeenMark | undefined;
  /** When the broker was last asked about the log, milliseconds since the epoch; `undefined`: never. */
  surveyedAt: number | undefined;

  constructor(topic: string, partition: number, source: RetrySource | undefined) {
    this.topic = topic;
    this.partition = partition;
    this.source = source;
  }

  /** Starts at `position`: everything known of an earlier log of this name is forgotten. */
  restart(position: bigint, maxTimestamp: number | undefined): void {
    this.incarnation++;
    this.committed = undefined;
    this.position = position;
    this.seenEnd = position;
    this.maxTimestamp = maxTimestamp;
    this.verified = undefined;
    this.trusted = undefined;
    this.completed.clear();
    this.deliveries.clear();
    this.tracker = undefined;
    this.failedWrites = 0;
    this.isReplaced = false;
    this.topicId = undefined;
  }

  /**
   * A copy of the current knowledge, apart from later changes: to decide where the partition continues by an answer of the broker, which
   * takes time, and may have to be requested again. See {@link adopt}.
   */
  draft(): PartitionLog {
    const draft = new PartitionLog(this.topic, this.partition, this.source);
    draft.position = this.position;
    for (const range of this.completed.ranges) draft.completed.add(range);
    draft.tracker = this.tracker;
    draft.incarnation = this.incarnation;
    draft.seenEnd = this.seenEnd;
    draft.maxTimestamp = this.maxTimestamp;
    draft.verified = this.verified;
    draft.trusted = this.trusted;
    draft.committed = this.committed;
    draft.isReplaced = this.isReplaced;
    draft.topicId = this.topicId;
    return draft;
  }

  /** Applies a decided draft, together with what was settled since. */
  adopt({ incarnation, position, maxTimestamp, completed, seenEnd, verified, topicId, surveyedAt }: PartitionLog): void {
    if (position === undefined) return;
    if (incarnation !== this.incarnation) this.restart(position, maxTimestamp);
    else {
      if (this.seenEnd === seenEnd) this.maxTimestamp ??= maxTimestamp;
      this.saw(seenEnd, maxTimestamp ?? Infinity);
      this.advance(position);
    }
    for (const range of completed.ranges) this.completed.add(range);
    this.advance(this.position ?? position);
    this.verified = verified;
    this.trusted = undefined;
    this.topicId = topicId;
    this.surveyedAt = surveyedAt;
  }

  /** The log may have been replaced: the broker is asked before the next record. */
  suspect(): void {
    this.isSuspect = true;
    if (this.maxTimestamp !== undefined) this.trusted ??= { end: this.seenEnd, maxTimestamp: this.maxTimestamp };
  }

  /**
   * The client knows that the topic of this id has the name. It often tells so after the broker's answers have shown the new log: begun anew
   * for both, its records would be started twice.
   */
  replacedBy(topicId: string): void {
    if (this.topicId !== topicId) this.isReplaced = true;
  }

  /** Everything below `position` is settled: by others, or removed by the broker. */
  advance(position: bigint): void {
    if (this.position !== undefined && position < this.position) return;
    this.position = this.completed.advance(position);
    if (this.seenEnd < this.position) this.seenEnd = this.position;
    for (const offset of this.deliveries.keys()) if (BigInt(offset) < this.position) this.deliveries.delete(offset);
  }

  /**
   * A batch delivered nothing: control records and aborted ones end a partition as any record does.
   *
   * @returns whether the position has changed
   */
  passEmpty(lastOffset: bigint): boolean {
    if (this.position === undefined || this.tracker !== undefined || lastOffset < this.position) return false;
    for (const offset of this.deliveries.keys()) if (BigInt(offset) <= lastOffset) return false;
    // The client does not report their timestamps.
    this.saw(lastOffset + 1n, Infinity);
    this.advance(lastOffset + 1n);
    return true;
  }

  /** Records up to `end` have been fetched, none of which is later than `maxTimestamp`. */
  saw(end: bigint, maxTimestamp: number): void {
    if (end > this.seenEnd) this.seenEnd = end;
    if (this.maxTimestamp === undefined || maxTimestamp <= this.maxTimestamp) return;
    this.maxTimestamp = maxTimestamp <= latest ? maxTimestamp : undefined;
  }

  /** The delivery of a record in a batch: the remembered one, or a new one. */
  deliver(message: FetchedRecord, index: number): Delivery {
    // In place: telemetry knows the message by its identity.
    if (message.headers !== undefined) message.headers = storedHeaders(message.headers);
    const known = this.deliveries.size === 0 ? undefined : this.deliveries.get(message.offset);
    if (known === undefined) return new Delivery(this, message, index);
    known.message = message;
    known.index = index;
    return known;
  }

  /** A record stayed in place: its state counts when it is delivered again. */
  keep(delivery: Delivery): void {
    if (delivery.incarnation === this.incarnation) this.deliveries.set(delivery.offset, delivery);
  }

  /** A record is completed. @param tracker the batch in which it was delivered; `undefined`: that batch has ended */
  settle(delivery: Delivery, tracker: OffsetTracker | undefined): void {
    if (delivery.incarnation !== this.incarnation) return;
    // There are deliveries only when records stayed in place before.
    if (this.deliveries.size > 0) this.deliveries.delete(delivery.offset);
    if (tracker !== undefined && tracker === this.tracker) return tracker.settle(delivery.index);
    this.#complete(BigInt(delivery.offset));
    // It may be in this batch, too, and not have been started again yet.
    this.tracker?.settleOffset(delivery.offset);
  }

  /** The batch in process has ended: its settled offsets are remembered here. */
  absorb(tracker: OffsetTracker): void {
    if (this.tracker !== tracker) return;
    this.tracker = undefined;
    for (const range of tracker.completed()) this.completed.add(range);
    this.advance(tracker.position);
  }

  /** The current commit. */
  committable(): { readonly offset: bigint; readonly completed: CompletedOffsets } {
    const position = this.position ?? 0n;
    if (this.tracker === undefined) return { offset: position, completed: this.completed };
    const offset = this.tracker.position > position ? this.tracker.position : position;
    if (this.tracker.isComplete && this.completed.isEmpty) return { offset, completed: this.completed };
    const completed = CompletedOffsets.of([...this.completed.ranges, ...this.tracker.completed()]);
    return { offset: completed.advance(offset), completed };
  }

  #complete(offset: bigint): void {
    if (this.position !== undefined && offset < this.position) return;
    this.completed.add({ first: offset, last: offset });
    if (this.position !== undefined && this.tracker === undefined) this.advance(this.position);
  }
}
