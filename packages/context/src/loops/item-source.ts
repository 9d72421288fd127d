import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { context as contextApi, type Context } from '@opentelemetry/api';
import { logError } from '../errors/diagnostics.ts';

type Items<T> = Iterable<T> | AsyncIterable<T>;

// Milliseconds. Items and tasks that never wait would keep the event loop from its turns, and timers and signals with it.
const longestWithoutTurn = 10;

/** Where the items of a loop come from, one at a time. Its code runs in the loop's context, as the tasks do. */
export class ItemSource<T> {
  readonly #items: Items<T>;
  readonly #context: Context;
  readonly #signal: AbortSignal | undefined;
  #iterator: Iterator<T> | AsyncIterator<T> | undefined;
  #lastTurn = performance.now();
  /** Whether the signal came while the iterator was asked. */
  #isPending = false;
  /** Whether the iterator gave all that it had, or threw. */
  isExhausted = false;
  /** What the iterator threw. */
  failure: { readonly error: unknown } | undefined;

  constructor(items: Items<T>, context: Context, signal: AbortSignal | undefined) {
    this.#items = items;
    this.#context = context;
    this.#signal = signal;
  }

  /**
   * The next item, in an object of its own, as an item may be `undefined` too; `undefined` when there is none, and as soon as
   * the signal is aborted, be it while the iterator waits. Never rejects. To be awaited before it is called again.
   */
  async next(): Promise<{ readonly item: T } | undefined> {
    if (performance.now() - this.#lastTurn > longestWithoutTurn) {
      await eventLoopTurn();
      this.#lastTurn = performance.now();
    }
    if (this.isExhausted || this.#signal?.aborted === true) return undefined;
    try {
      const asked = contextApi.with(this.#context, () => (this.#iterator ??= iteratorOf(this.#items)).next());
      const result = 'then' in asked ? await this.#unlessAborted(asked) : asked;
      if (result === undefined) return undefined;
      if (result.done !== true) return { item: result.value };
      this.isExhausted = true;
    } catch (error) {
      this.#fail(error);
    }
    return undefined;
  }

  /** Lets the iterator clean up when it was left before its end. Never rejects. */
  async close(): Promise<void> {
    if (this.isExhausted) return;
    try {
      const closed = contextApi.with(this.#context, () => this.#iterator?.return?.());
      // A generator that still waits for its next item cleans up after that, which may be never.
      if (this.#isPending) Promise.resolve(closed).catch((error) => logError('closing the items of a loop failed', error));
      else await closed;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What was asked for, or `undefined` as soon as the signal is aborted. Leaves no listener behind. */
  async #unlessAborted<R>(asked: PromiseLike<R>): Promise<R | undefined> {
    const signal = this.#signal;
    if (signal === undefined) return asked;
    const left = Promise.withResolvers<undefined>();
    const leave = (): void => {
      this.#isPending = true;
      left.resolve(undefined);
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([asked, left.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #fail(error: unknown): void {
    this.isExhausted = true;
    this.failure = { error };
  }
}

/** As `for await` chooses. */
function iteratorOf<T>(items: Items<T>): Iterator<T> | AsyncIterator<T> {
  const { [Symbol.asyncIterator]: open } = items as Partial<AsyncIterable<T>>;
  return open?.call(items) ?? (items as Iterable<T>)[Symbol.iterator]();
}
