import { setTimeout as wait } from 'node:timers/promises';
import type { Attempt } from './attempt.ts';

/** Thrown in place of a handler that did not end in time. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** How long handlers may run once their batch ends early, in milliseconds. */
interface BatchLimits {
  /** Until their signals are aborted. */
  readonly grace: number;
  /** Until they are abandoned. */
  readonly timeout: number;
}

/**
 * The time in which this member works on a batch of a partition. It ends with the batch, or early: at a drain, or when the group
 * rebalances. Then no record is started, waits end, and after the grace the handlers' signals are aborted.
 */
export class BatchDeadline {
  readonly heartbeat: () => Promise<void>;
  /** In the order in which they started. */
  readonly #attempts = new Set<Attempt>();
  readonly #attemptTimeout: number | undefined;
  readonly #ended = new AbortController();
  readonly #closed = Promise.withResolvers<void>();
  readonly #excused = Promise.withResolvers<void>();
  readonly #lost = Promise.withResolvers<void>();
  #loss: { readonly error: unknown } | undefined;
  #abandonedBy: Abandoned | undefined;
  /** When signals are aborted, and handlers abandoned, once the batch ends early; by `performance.now()`. */
  readonly #dues = { abort: Infinity, abandon: Infinity };
  readonly #timers: { abort?: NodeJS.Timeout; abandon?: NodeJS.Timeout } = {};
  #attemptTimer: NodeJS.Timeout | undefined;

  /** @param attemptTimeout milliseconds after which the signal of an attempt is aborted */
  constructor(heartbeat: () => Promise<void>, attemptTimeout: number | undefined) {
    this.heartbeat = heartbeat;
    this.#attemptTimeout = attemptTimeout;
  }

  /** The running attempts. */
  get attempts(): ReadonlySet<Attempt> {
    return this.#attempts;
  }

  get isEnding(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Resolves when the batch has ended. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Resolves when a handler that awaits a drain need not wait for the batch: it has ended, or waits for the drain itself. */
  get excused(): Promise<void> {
    return this.#excused.promise;
  }

  /** A handler of the batch awaits a drain. Handlers of two batches would otherwise wait for each other. */
  excuse(): void {
    this.#excused.resolve();
  }

  /** Resolves when the partition is lost while the batch is in process. */
  get lost(): Promise<void> {
    return this.#lost.promise;
  }

  /** The error that kafkajs must get from the batch, so that it joins its group again. */
  get loss(): { readonly error: unknown } | undefined {
    return this.#loss;
  }

  /** Whether `reason` means that a handler was abandoned; compared by identity, as a thrown value may be anything. */
  isAbandonment(reason: unknown): boolean {
    return this.#abandonedBy !== undefined && reason === this.#abandonedBy;
  }

  /** The result of an attempt's `work`, unless it is abandoned before. @throws {Abandoned} */
  orAbandoned<T>(attempt: Attempt, work: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#abandonedBy !== undefined) reject(this.#abandonedBy);
      attempt.onLeave(reject);
      work.then(resolve, reject);
    });
  }

  /** Waits for `delay` milliseconds, or until the batch must end. @returns whether the whole time has passed */
  async waited(delay: number): Promise<boolean> {
    try {
      await wait(delay, undefined, { signal: this.#ended.signal });
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the batch early. A batch that is ending already keeps its reason and its limits, where they are not later than these. */
  end(reason: Error, { grace, timeout }: BatchLimits): void {
    this.#ended.abort(reason);
    const abort = (): void => {
      for (const attempt of this.#attempts) attempt.abort(this.#ended.signal.reason);
    };
    this.#atLatest('abort', grace, abort);
    this.#atLatest('abandon', timeout, () => {
      abort();
      this.#abandonedBy = new Abandoned(`The handler did not end within ${timeout} ms: ${reason.message}`);
      for (const attempt of this.#attempts) attempt.leave(this.#abandonedBy);
    });
  }

  /** The batch has lost its partition, by an answer of the coordinator: it ends early, with the first such error. A drain's limits stay. */
  lose(error: unknown, limits: BatchLimits): void {
    this.#loss ??= { error };
    this.#lost.resolve();
    if (!this.isEnding) this.end(new Error('The group takes the partition away', { cause: error }), limits);
  }

  /** The batch has ended: no timer must keep the process alive. */
  close(): void {
    clearTimeout(this.#attemptTimer);
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    // What ends it later sets none.
    this.#dues.abort = this.#dues.abandon = -Infinity;
    this.#closed.resolve();
    this.#excused.resolve();
  }

  began(attempt: Attempt): void {
    this.#attempts.add(attempt);
    if (this.#attemptTimeout !== undefined) this.#attemptTimer ??= setTimeout(() => this.#abortLate(), this.#attemptTimeout);
  }

  ended(attempt: Attempt): void {
    this.#attempts.delete(attempt);
  }

  #atLatest(what: 'abort' | 'abandon', delay: number, act: () => void): void {
    const due = performance.now() + delay;
    if (due >= this.#dues[what]) return;
    this.#dues[what] = due;
    clearTimeout(this.#timers[what]);
    this.#timers[what] = setTimeout(act, delay);
  }

  /** One timer for all attempts, set for the one that started first: a timer for each costs more than most handlers. */
  #abortLate(): void {
    this.#attemptTimer = undefined;
    const timeout = this.#attemptTimeout ?? Infinity;
    for (const attempt of this.#attempts) {
      const left = attempt.startedAt + timeout - performance.now();
      if (left > 0) {
        this.#attemptTimer = setTimeout(() => this.#abortLate(), left);
        return;
      }
      attempt.abort(new DOMException(`The attempt took longer than ${timeout} ms`, 'TimeoutError'));
    }
  }
}
