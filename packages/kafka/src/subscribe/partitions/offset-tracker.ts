import type { MessageLike } from '../../client/kafka-client.ts';
import type { CompletedOffsets, CompletedRange } from './completed-offsets.ts';

/**
 * Which records of one batch are settled, and the watermark: the offset below which all are. A commit never passes a record that
 * is in flight.
 */
export class OffsetTracker {
  readonly #messages: readonly MessageLike[];
  /** The next offset after the batch, which may be beyond its last record's: control records and compacted ones have offsets too. */
  readonly #end: bigint;
  readonly #settled: boolean[];
  /** Records before this index are settled. */
  #next = 0;
  #unsettled: number;

  /**
   * @param lastOffset of the batch, decimal
   * @param position the offset below which everything was settled before
   * @param completed the offsets that were settled beyond it
   */
  constructor(messages: readonly MessageLike[], lastOffset: string, position: bigint, completed: CompletedOffsets) {
    this.#messages = messages;
    this.#end = BigInt(lastOffset) + 1n;
    const isNew = completed.isEmpty && messages[0] !== undefined && BigInt(messages[0].offset as string) >= position;
    this.#settled = isNew
      ? messages.map(() => false)
      : messages.map(({ offset }) => BigInt(offset as string) < position || completed.has(BigInt(offset as string)));
    this.#unsettled = isNew ? messages.length : this.#settled.filter((settled) => !settled).length;
    this.#advance();
  }

  isSettled(index: number): boolean {
    return this.#settled[index] === true;
  }

  get isComplete(): boolean {
    return this.#unsettled === 0;
  }

  settle(index: number): void {
    if (this.#settled[index] === true) return;
    this.#settled[index] = true;
    this.#unsettled--;
    this.#advance();
  }

  /** Settles the record at an offset, if the batch has it: it was delivered in an earlier batch. */
  settleOffset(offset: string): void {
    const index = this.#messages.findIndex((message) => message.offset === offset);
    if (index >= 0) this.settle(index);
  }

  /** The offset of the last record before the watermark, for the client's own position; `undefined` when the first one is not settled. */
  get lastResolved(): string | undefined {
    return this.isComplete ? String(this.#end - 1n) : this.#messages[this.#next - 1]?.offset;
  }

  /** The next offset to read, as Kafka commits it: no unsettled record is before it. */
  get position(): bigint {
    return this.isComplete ? this.#end : BigInt(this.#messages[this.#next]?.offset as string);
  }

  /** The settled offsets beyond the position. */
  *completed(): Generator<CompletedRange> {
    for (let index = this.#next; index < this.#settled.length; index++) {
      if (this.#settled[index] !== true) continue;
      const first = index;
      while (this.#settled[index + 1] === true) index++;
      yield { first: BigInt(this.#messages[first]?.offset as string), last: BigInt(this.#messages[index]?.offset as string) };
    }
  }

  #advance(): void {
    while (this.#settled[this.#next] === true) this.#next++;
  }
}
