import type { AttemptScope } from './message-scope.ts';

/** Thrown in place of a handler that did not end in time. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/**
 * The time in which a batch of a partition is ours to work on. It ends by itself, or early: at a drain, or when the group
 * rebalances. Then no message is begun, waits end, and after the grace the handlers' signals are aborted.
 */
export class Turn {
  readonly heartbeat: () => Promise<void>;
  readonly #attempts = new Set<AttemptScope>();
  readonly #ended = new AbortController();
  readonly #abandonment = Promise.withResolvers<never>();
  #timers: readonly NodeJS.Timeout[] = [];

  constructor(heartbeat: () => Promise<void>) {
    this.heartbeat = heartbeat;
    // Rejected while nobody waits: nothing to report.
    this.#abandonment.promise.catch(() => {});
  }

  get isEnding(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Aborted as soon as the turn is to end: for waits, which are worth nothing then. */
  get ending(): AbortSignal {
    return this.#ended.signal;
  }

  /** What `work` gives, unless it is left behind before. @throws {Abandoned} */
  async orAbandoned<T>(work: T): Promise<Awaited<T>> {
    return Promise.race([work, this.#abandonment.promise]);
  }

  /** Ends the turn early, once. */
  end(reason: Error, { grace, timeout }: { readonly grace: number; readonly timeout: number }): void {
    if (this.isEnding) return;
    this.#ended.abort(reason);
    const abort = (): void => {
      for (const attempt of this.#attempts) attempt.abort(reason);
    };
    const abandon = (): void => {
      abort();
      this.#abandonment.reject(new Abandoned(`The handler did not end within ${timeout} ms: ${reason.message}`));
    };
    this.#timers = [setTimeout(abort, grace), setTimeout(abandon, timeout)];
  }

  /** The batch has been left: no timer is to hold the process. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  began(attempt: AttemptScope): void {
    this.#attempts.add(attempt);
  }

  ended(attempt: AttemptScope): void {
    this.#attempts.delete(attempt);
  }
}
