import { setTimeout as pause } from 'node:timers/promises';
import { classifyError, type MessageScope, type SubscribedMessage, type Verdict } from '@tracelink/kafka/subscribe';
import type { Journal } from '../judge/journal.ts';
import { readRecordValue } from '../plan/record-value.ts';

// Milliseconds.
const slow = 15;
const deaf = 150;

/** The error of a record that decides its own verdict. */
class DecidedError extends Error {
  readonly verdict: Verdict;

  constructor(id: number, verdict: Verdict) {
    super(`Record ${id} asks to ${verdict}`);
    this.verdict = verdict;
  }
}

/** The option `classify` of all members. */
export function classify(error: unknown): Verdict {
  return error instanceof DecidedError ? error.verdict : classifyError(error);
}

/** The handlers of all members, which follow their records' instructions. */
export class Handlers {
  readonly #journal: Journal;
  readonly #attempts = new Map<number, number>();
  #released = Promise.withResolvers<void>();
  #isOver = false;
  #inFlight = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Ends the handlers that wait for their signal; later ones wait again. */
  release(): void {
    this.#released.resolve();
    this.#released = Promise.withResolvers();
  }

  /** From now on nothing hangs and nothing is flaky. */
  end(): void {
    this.#isOver = true;
    this.release();
  }

  /**
   * Handles a message for a member.
   *
   * @param isAlive once this returns false, the handler does not end: a killed member does nothing more
   * @throws the error that the record asks for
   */
  async handle(member: string, { value }: SubscribedMessage, { signal }: MessageScope, isAlive: () => boolean): Promise<void> {
    const record = readRecordValue(value);
    if (record === undefined) return;
    if (!isAlive()) return this.#never();
    const { id, fate } = record;
    this.#journal.write({ kind: 'begun', member, id });
    this.#inFlight++;
    const attempt = (this.#attempts.get(id) ?? 0) + 1;
    this.#attempts.set(id, attempt);
    try {
      if (!this.#isOver) {
        if (fate === 'flaky' && attempt === 1) throw new Error(`Record ${id} fails once`);
        if (fate === 'stops' && attempt === 1) throw new DecidedError(id, 'stop');
        if (fate === 'slow') await pause(slow);
        if (fate === 'deaf') await Promise.race([this.#released.promise, pause(deaf)]);
        if (fate === 'hangs') await this.#hang(signal, id);
      }
      if (fate === 'skipped') throw new DecidedError(id, 'skip');
      if (fate === 'poison') throw new Error(`Record ${id} is poison`);
    } catch (error) {
      // A skipped record is done like one that was handled.
      if (isAlive()) this.#journal.write({ kind: fate === 'skipped' ? 'handled' : 'failed', member, id });
      throw error;
    } finally {
      this.#inFlight--;
    }
    if (!isAlive()) return this.#never();
    this.#journal.write({ kind: 'handled', member, id });
  }

  async #hang(signal: AbortSignal, id: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (!signal.aborted) await Promise.race([promise, this.#released.promise]);
    if (signal.aborted) throw new Error(`Record ${id} was interrupted`);
  }

  /** Until the plan is over. */
  async #never(): Promise<void> {
    while (!this.#isOver) await this.#released.promise;
    throw new Error('This member was killed');
  }
}
