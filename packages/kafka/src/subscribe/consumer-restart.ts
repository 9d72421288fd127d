import { setTimeout as wait } from 'node:timers/promises';
import { errorType } from '../error-type.ts';

// Milliseconds before the consumer is started again, doubled each time until it joins its group.
const shortest = 1_000;
const longest = 30_000;

/** What JavaScript itself throws: no broker said anything, the client failed by itself. */
const defects: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError']);

/**
 * Starts a consumer again after its client crashed by a defect of its own. kafkajs does so only where a broker's error is retriable;
 * but it throws a TypeError, too, as when a topic is created again with fewer partitions while the group assigns them.
 */
export class ConsumerRestart {
  readonly #run: () => Promise<void>;
  readonly #ended = new AbortController();
  #hasJoined = false;
  #delay = shortest;

  /** @param run starts the consumer; what it fails with is a crash again */
  constructor(run: () => Promise<void>) {
    this.#run = run;
  }

  run(): Promise<void> {
    return this.#run();
  }

  /**
   * The client crashed, and does not start again by itself.
   *
   * @returns whether the consumer is started again, in some time: not where it never was a member, which `subscribe` rejects with
   */
  crashed(error: unknown): boolean {
    if (!this.#hasJoined || this.#ended.signal.aborted || !defects.has(errorType(error))) return false;
    void this.#later(this.#delay);
    this.#delay = Math.min(longest, this.#delay * 2);
    return true;
  }

  joined(): void {
    this.#hasJoined = true;
    this.#delay = shortest;
  }

  end(): void {
    this.#ended.abort();
  }

  async #later(delay: number): Promise<void> {
    try {
      await wait(delay, undefined, { signal: this.#ended.signal });
      await this.#run();
    } catch {
      // It has ended, or has crashed again, of which the client tells.
    }
  }
}
