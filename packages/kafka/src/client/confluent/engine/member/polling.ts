import { asked } from '../binding/client-errors.ts';
import type { Consumer } from '../binding/shapes.ts';

// Messages that one call takes at most: an application's other work has its turn in between.
const most = 1_000;

// Milliseconds without a word of the client, after which it is asked all the same.
const longest = 1_000;

/**
 * Asks the consumer for what it has fetched, which also lets it call back for all else. It waits for nothing there: each call would block a
 * thread of the process's pool. The client tells when there is more.
 */
export class Polling {
  readonly #consumer: Consumer;
  readonly #between: () => Promise<void>;
  readonly #failed: (error: unknown) => void;
  #wake: () => void = () => {};
  #isAwake = false;
  #hasEnded = false;
  #running: Promise<void> = Promise.resolve();

  /**
   * @param between what must not happen while messages are on their way: seeks, pauses. Awaited before each call
   * @param failed an error that the client reports in place of a message
   */
  constructor(consumer: Consumer, between: () => Promise<void>, failed: (error: unknown) => void) {
    this.#consumer = consumer;
    this.#between = between;
    this.#failed = failed;
  }

  start(): void {
    this.#consumer.setDefaultConsumeTimeout(0);
    this.#consumer.setDefaultIsTimeoutOnlyForFirstMessage(true);
    this.#running = this.#run();
  }

  /** There is something to do. */
  wake(): void {
    this.#isAwake = true;
    this.#wake();
  }

  /** Resolves when the last call has ended. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#hasEnded) {
      this.#isAwake = false;
      await this.#between();
      let count = 0;
      try {
        const messages = await asked<unknown>((done) => this.#consumer.consume(most, done));
        if (Array.isArray(messages)) count = messages.length;
      } catch (error) {
        this.#failed(error);
      }
      if (count === 0) await this.#word();
    }
  }

  async #word(): Promise<void> {
    if (this.#isAwake) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, longest);
    await promise;
    clearTimeout(timer);
  }
}
