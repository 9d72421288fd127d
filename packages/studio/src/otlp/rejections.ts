import { MalformedError } from './members.ts';

/** What was left out of a request of which the rest was taken: OTLP calls it a partial success. */
export class Rejections {
  count = 0;
  /** Why the first was left out. */
  message = '';

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
      if (this.count === 0) this.message = error.message;
      this.count += 1;
      return [];
    }
  }
}
