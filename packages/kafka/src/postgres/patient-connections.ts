import type { PgClient, PgPool } from './pg-client.ts';

/** A connection that the pool opens. */
interface ConnectionAttempt {
  /** Waits that it was given when it was started. */
  readonly given: number;
  /** Those of them that are left. */
  waits: number;
  /** Who waits now; nobody between two waits. */
  waiter: PromiseWithResolvers<PgClient> | undefined;
}

/**
 * The connections of one relay or store. `pg` has no way to give up `connect`: without `connectionTimeoutMillis` a connection that the
 * database does not answer keeps its place in the pool for as long as the operating system does. So a wait goes on with the attempt that
 * an earlier one gave up, and does not start another. A host that has vanished will never answer the old one, while a new one may reach the host that
 * took over: another attempt is started after one wait, then after two, four and so on, until the database answers.
 */
export class PatientConnections {
  readonly #pool: PgPool;
  #unanswered: ConnectionAttempt[] = [];
  #waits = 1;

  constructor(pool: PgPool) {
    this.#pool = pool;
  }

  /**
   * A connection of the pool, for the caller to release. One that comes when nobody waits returns to the pool.
   *
   * @throws the driver's error; the signal's reason
   */
  async connect(signal: AbortSignal): Promise<PgClient> {
    const attempt = this.#unanswered.pop() ?? this.#start();
    const waiter = Promise.withResolvers<PgClient>();
    attempt.waiter = waiter;
    const giveUp = (): void => {
      // Answered already: the caller has it.
      if (attempt.waiter !== waiter) return;
      attempt.waiter = undefined;
      attempt.waits--;
      if (attempt.waits > 0) this.#unanswered.push(attempt);
      // Once for all attempts that were started together.
      else this.#waits = Math.max(this.#waits, 2 * attempt.given);
      waiter.reject(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await waiter.promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  #start(): ConnectionAttempt {
    const attempt: ConnectionAttempt = { given: this.#waits, waits: this.#waits, waiter: undefined };
    const end = (): PromiseWithResolvers<PgClient> | undefined => {
      const { waiter } = attempt;
      attempt.waiter = undefined;
      this.#unanswered = this.#unanswered.filter((other) => other !== attempt);
      return waiter;
    };
    this.#pool.connect().then(
      (client) => {
        this.#waits = 1;
        const waiter = end();
        if (waiter === undefined) client.release();
        else waiter.resolve(client);
      },
      (error: unknown) => end()?.reject(error),
    );
    return attempt;
  }
}
