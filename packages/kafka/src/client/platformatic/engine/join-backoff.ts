// Milliseconds before the group is joined again after that has failed, doubled each time.
const shortest = 300;
const longest = 30_000;

/** When a member joins its group again after joining has failed: later each time, until it succeeds. */
export class JoinBackoff {
  #delay = shortest;
  #timer: NodeJS.Timeout | undefined;

  /** Calls `join` after the delay; what was scheduled before is not called. */
  schedule(join: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(join, this.#delay);
    this.#delay = Math.min(longest, this.#delay * 2);
  }

  succeeded(): void {
    this.#delay = shortest;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
