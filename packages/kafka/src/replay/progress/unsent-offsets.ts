import type { OffsetSpan } from './progress-entry.ts';

/**
 * The offsets of a partition that could not be sent, in few spans: neighbours share one when nothing between them was sent, whatever was
 * passed over there.
 */
export class UnsentOffsets {
  readonly #spans: OffsetSpan[];
  /** Whether nothing was sent behind the last span. */
  #isOpen = false;

  constructor(spans: readonly OffsetSpan[] = []) {
    this.#spans = [...spans];
  }

  get spans(): readonly OffsetSpan[] {
    return this.#spans;
  }

  has(offset: bigint): boolean {
    const span = this.#spans[this.#indexOf(offset)];
    return span !== undefined && span.first <= offset;
  }

  /** An offset behind all others that could not be sent. */
  append(offset: bigint): void {
    const before = this.#isOpen ? this.#spans.pop() : undefined;
    this.#spans.push({ first: before?.first ?? offset, last: offset });
    this.#isOpen = true;
  }

  /** Something was sent behind the last span. */
  close(): void {
    this.#isOpen = false;
  }

  /** An offset was sent: a span that holds it is divided there. */
  delete(offset: bigint): void {
    const index = this.#indexOf(offset);
    const span = this.#spans[index];
    if (span === undefined || offset < span.first) return;
    const parts = [
      { first: span.first, last: offset - 1n },
      { first: offset + 1n, last: span.last },
    ];
    this.#spans.splice(index, 1, ...parts.filter(({ first, last }) => first <= last));
  }

  /** An offset has nothing to send: a span that begins or ends there becomes shorter. None is divided, which would take room of a commit. */
  trim(offset: bigint): void {
    const span = this.#spans[this.#indexOf(offset)];
    if (span?.first === offset || span?.last === offset) this.delete(offset);
  }

  /** The index of the first span that does not end before an offset; the number of spans where all do. */
  #indexOf(offset: bigint): number {
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const span = this.#spans[middle];
      if (span !== undefined && span.last < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
