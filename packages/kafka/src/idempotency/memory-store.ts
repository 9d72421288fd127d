import { checkOptions, wholeNumber } from '../core/option-rules.ts';
import { orAborted } from '../core/aborted-work.ts';
import type { IdempotencyStore } from './idempotent.ts';

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /** The number of messages that are remembered, from 1. Beyond that the least recently seen one is forgotten. @default 10_000 */
  readonly max?: number;
}

/**
 * Returns a store in the memory of this process: for tests, and for effects that end with the process. Use one store for one handler.
 *
 * @throws {KafkaTracingError} `invalid_option`, `unknown_option`
 */
export function memoryStore(options: MemoryStoreOptions = {}): IdempotencyStore {
  checkOptions('memoryStore', options, { max: wholeNumber('messages', 1) });
  return new MemoryStore(options.max ?? 10_000);
}

class MemoryStore implements IdempotencyStore {
  readonly #max: number;
  // In the order in which they were last seen: a Set keeps insertion order.
  readonly #done = new Set<string>();
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(max: number) {
    this.#max = max;
  }

  async run(id: string, effect: (transaction: undefined) => Promise<void>, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      signal.throwIfAborted();
      const other = this.#running.get(id);
      if (other === undefined) break;
      await orAborted(Promise.allSettled([other]), signal);
    }
    if (this.#done.delete(id)) {
      this.#done.add(id);
      return false;
    }
    const running = effect(undefined);
    this.#running.set(id, running);
    try {
      await running;
    } finally {
      this.#running.delete(id);
    }
    this.#done.add(id);
    for (const oldest of this.#done) {
      if (this.#done.size <= this.#max) break;
      this.#done.delete(oldest);
    }
    return true;
  }
}
