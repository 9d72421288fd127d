import type { MessageLike } from '../kafka-client.ts';
import { DoneAbove } from './done-above.ts';

/** What of a partition is done: everything before `offset`, and some above it. */
export interface Position {
  /** The next offset to read, as Kafka commits it: nothing unfinished is before it. */
  readonly offset: string;
  readonly above: DoneAbove;
}

/**
 * Which messages of one batch are done, and the watermark: the offset below which all are. A commit never passes a message that
 * is still at work.
 */
export class BatchProgress {
  readonly #messages: readonly MessageLike[];
  readonly #lastOffset: string;
  readonly #done: boolean[];
  /** Messages before this index are done. */
  #next = 0;
  #unfinished: number;

  /**
   * @param lastOffset of the batch, which may be above its last message's: control records and compacted ones have offsets too
   * @param already what was done of it before
   */
  constructor(messages: readonly MessageLike[], lastOffset: string, already: DoneAbove) {
    this.#messages = messages;
    this.#lastOffset = lastOffset;
    this.#done = messages.map(({ offset }) => !already.isEmpty && already.has(offset as string));
    this.#unfinished = this.#done.filter((done) => !done).length;
    this.#advance();
  }

  isDone(index: number): boolean {
    return this.#done[index] === true;
  }

  get isComplete(): boolean {
    return this.#unfinished === 0;
  }

  finish(index: number): void {
    if (this.#done[index] === true) return;
    this.#done[index] = true;
    this.#unfinished--;
    this.#advance();
  }

  /** The offset of the last message before the watermark; `undefined` when the first one is not done. */
  get lastResolved(): string | undefined {
    return this.isComplete ? this.#lastOffset : this.#messages[this.#next - 1]?.offset;
  }

  /** Messages from the watermark to the last one that is done. */
  get gap(): number {
    return Math.max(0, this.#done.lastIndexOf(true) + 1 - this.#next);
  }

  position(): Position {
    if (this.isComplete) return { offset: String(BigInt(this.#lastOffset) + 1n), above: DoneAbove.none };
    return { offset: this.#messages[this.#next]?.offset as string, above: this.#above() };
  }

  #advance(): void {
    while (this.#done[this.#next] === true) this.#next++;
  }

  #above(): DoneAbove {
    const ranges: [first: string, last: string][] = [];
    for (let index = this.#next; index < this.#done.length; index++) {
      if (this.#done[index] !== true) continue;
      const first = index;
      while (this.#done[index + 1] === true) index++;
      ranges.push([this.#messages[first]?.offset as string, this.#messages[index]?.offset as string]);
    }
    return DoneAbove.of(ranges);
  }
}
