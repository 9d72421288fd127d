import { doneRanges } from './done-ranges.ts';
import type { CommittedPosition } from './journal.ts';
import type { SentMessage } from './message.ts';

/** What commits claim to be completed: everything below their offset, and the offsets in their metadata beyond it. */
export class Claims {
  /** By partition, the numbers of its messages by offset. */
  readonly #partitions = new Map<number, number[]>();
  /** By partition, the offset below which everything is known to be completed: it only grows. */
  readonly #watermarks = new Map<number, number>();
  /** By partition, the highest offset that {@link news} was asked for. */
  readonly #told = new Map<number, number>();

  constructor(sent: readonly SentMessage[]) {
    this.add(sent);
  }

  /** Adds messages of the log. */
  add(messages: readonly SentMessage[]): void {
    for (const { partition, offset, index } of messages) this.#messages(partition)[offset] = index;
  }

  /** The number of a message, if it exists. */
  at(partition: number, offset: number): number | undefined {
    return this.#partitions.get(partition)?.[offset];
  }

  /**
   * The first offset that a commit claims and that is not completed; `undefined` when all claims are true.
   *
   * @throws when its metadata cannot be decoded
   */
  untrue({ partition, offset, metadata }: CommittedPosition, isDone: (index: number) => boolean): number | undefined {
    const indexes = this.#messages(partition);
    const holds = (at: number): boolean => at < indexes.length && isDone(indexes[at] as number);
    let next = this.#watermarks.get(partition) ?? 0;
    while (holds(next)) next++;
    this.#watermarks.set(partition, next);
    if (Number(offset) > next) return next;
    for (const [first, last] of doneRanges(offset, metadata))
      for (let above = first; above <= last; above++) if (!holds(above)) return above;
    return undefined;
  }

  /** The messages that a commit claims, but for those below an offset that was claimed before. @throws as `untrue` */
  *news({ partition, offset, metadata }: CommittedPosition): Generator<number> {
    const indexes = this.#messages(partition);
    const before = this.#told.get(partition) ?? 0;
    yield* indexes.slice(before, Number(offset));
    this.#told.set(partition, Math.max(before, Number(offset)));
    for (const [first, last] of doneRanges(offset, metadata)) yield* indexes.slice(first, last + 1);
  }

  #messages(partition: number): number[] {
    let indexes = this.#partitions.get(partition);
    if (indexes === undefined) this.#partitions.set(partition, (indexes = []));
    return indexes;
  }
}
