import type { PartialSuccess } from './encoding.ts';
import { MalformedError } from './malformed-error.ts';

/** What was left out of a request of which the rest was taken: OTLP calls it a partial success. */
export class Rejections {
  #rejected = 0;
  /** Why the first was left out. */
  #message = '';

  get partialSuccess(): PartialSuccess | undefined {
    return this.#rejected === 0 ? undefined : { rejected: this.#rejected, message: this.#message };
  }

  /**
   * What `parse` returns, as the one entry of a list; none where it is malformed.
   *
   * @throws what `parse` throws otherwise
   */
  unlessMalformed<T>(parse: () => T): T[] {
    try {
      return [parse()];
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      if (this.#rejected === 0) this.#message = error.message;
      this.#rejected += 1;
      return [];
    }
  }
}
