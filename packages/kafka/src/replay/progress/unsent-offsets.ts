import type { OffsetSpan } from './progress-entry.ts';

/**
 * The offsets of a partition that could not be sent, in few spans: neighbours share one when nothing between them was sent, whatever was
 * passed over there.
 */
export class UnsentOffsets {
  #spans: OffsetSpan[];
  /** Whether nothing was sent behind the last span. */
  #isOpen = false;

  constructor(spans: readonly OffsetSpan[] = []) {
    this.#spans = [...spans];
  }

  get spans(): readonly OffsetSpan[] {
    return this.#spans;
  }

  has(offset: bigint): boolean {
    return this.#spans.some(({ first, last }) => first <= offset && offset <= last);
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

  delete(offset: bigint): void {
    this.#spans = this.#spans.flatMap(({ first, last }) =>
      offset < first || last < offset
        ? [{ first, last }]
        : [
            { first, last: offset - 1n },
            { first: offset + 1n, last },
          ].filter((part) => part.first <= part.last),
    );
  }
}
