/** Numbers that are the same for the same seed, on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to below `end`. Source: splitmix32, which spreads adjacent seeds. */
  below(end: number): number {
    this.#state = (this.#state + 0x9e37_79b9) | 0;
    let bits = this.#state ^ (this.#state >>> 16);
    bits = Math.imul(bits, 0x21f0_aaad);
    bits ^= bits >>> 15;
    bits = Math.imul(bits, 0x735a_2d97);
    return Math.floor((((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32) * end);
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** One of `from`; an element that occurs several times is chosen more often. */
  oneOf<T>(...from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** This many different ones of `from`. */
  someOf<T>(from: readonly T[], count: number): readonly T[] {
    const left = [...from];
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.below(left.length), 1)[0] as T);
  }

  /** This many results of `make`. */
  times<T>(count: number, make: () => T): readonly T[] {
    return Array.from({ length: count }, make);
  }
}
