import { setTimeout as wait } from 'node:timers/promises';

// As kafkajs retries by default: milliseconds before the second attempt, doubled each time.
const attempts = 6;
const shortest = 300;

/**
 * Repeats requests while brokers fail over, until they are ended: another node, or the next one, can give the answer. Six attempts are
 * 9.3 s of waiting, longer than Apache Kafka takes to elect the leaders of a broker that was killed.
 */
export class RepeatedRequests {
  readonly #isPassing: (error: unknown) => boolean;
  // A request after the end would connect again, for ever.
  readonly #ended = new AbortController();

  /** @param isPassing whether an error was of a node that has died or no longer leads */
  constructor(isPassing: (error: unknown) => boolean) {
    this.#isPassing = isPassing;
  }

  /**
   * @param isPassing for this request alone
   * @throws the error of the last attempt
   */
  async ask<T>(request: () => Promise<T>, isPassing: (error: unknown) => boolean = this.#isPassing): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request();
      } catch (error) {
        if (attempt === attempts || this.#ended.signal.aborted || !isPassing(error)) throw error;
        await wait(shortest * 2 ** (attempt - 1), undefined, { signal: this.#ended.signal }).catch(() => Promise.reject(error as Error));
      }
    }
  }

  /** The requests that are being repeated reject with the error of their last attempt. */
  end(): void {
    this.#ended.abort();
  }
}
