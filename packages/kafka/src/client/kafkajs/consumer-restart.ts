import { setTimeout as wait } from 'node:timers/promises';
import type { ConsumerConfig } from 'kafkajs';
import { withoutRestart } from './consumer-without-restart.ts';
import { errorType } from '../../core/error-type.ts';

// Milliseconds before the consumer restarts when its client names no time, doubled each time until it joins its group.
const shortest = 300;
const longest = 30_000;

/** Errors of JavaScript itself: the client failed by itself, without an answer of a broker. */
const defects: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError']);

/**
 * Starts a consumer, and restarts it after its client crashed, instead of the client: kafkajs would also restart one that is being
 * disconnected, and would not restart one that crashed by a defect of its own, as when a topic is created again with fewer partitions while
 * the group assigns them. So it is known at any time whether the consumer is about to join its group.
 */
export class ConsumerRestart {
  /** For the configuration of the consumer. */
  readonly retry: NonNullable<ConsumerConfig['retry']>;
  readonly #ended = new AbortController();
  #run: () => Promise<void> = () => Promise.resolve();
  #starting: Promise<void> = Promise.resolve();
  #isRetriable = false;
  #hasJoined = false;
  #delay = shortest;

  /** @param retry the user's configuration: its `restartOnFailure` counts */
  constructor(retry: ConsumerConfig['retry']) {
    this.retry = withoutRestart(retry, () => (this.#isRetriable = true));
  }

  /**
   * Resolves when the consumer is not about to join: it has, or has failed to. A consumer that is disconnected before still joins, and
   * holds its partitions until its session expires.
   */
  get settled(): Promise<void> {
    return this.#starting;
  }

  /** @param run starts the consumer; its rejection is a crash */
  start(run: () => Promise<void>): Promise<void> {
    this.#run = run;
    return this.#start(run);
  }

  /**
   * The client crashed.
   *
   * @returns whether the consumer restarts, after a while: not when it never was a member, which `subscribe` rejects with
   */
  crashed(error: unknown): boolean {
    const isRetriable = this.#isRetriable || defects.has(errorType(error));
    this.#isRetriable = false;
    if (!this.#hasJoined || this.#ended.signal.aborted || !isRetriable) return false;
    void this.#later(clientDelay(error) ?? this.#delay);
    this.#delay = Math.min(longest, this.#delay * 2);
    return true;
  }

  /**
   * Leaves the group and joins it again: as after a crash, when the client needs to ask for the coordinator and would not do so by itself.
   *
   * @param stop stops the consumer
   */
  again(stop: () => Promise<void>): void {
    if (this.#ended.signal.aborted) return;
    void this.#start(async () => {
      await stop();
      if (!this.#ended.signal.aborted) await this.#run();
    }).catch(() => {});
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
      await this.#start(this.#run);
    } catch {
      // It has ended, or has crashed again, which the client reports.
    }
  }

  #start(run: () => Promise<void>): Promise<void> {
    const started = run();
    this.#starting = started.catch(() => {});
    return started;
  }
}

/** kafkajs' own delay: it has waited longer and longer before its last try. */
function clientDelay(error: unknown): number | undefined {
  const { retryTime } = (error ?? {}) as { readonly retryTime?: unknown };
  return typeof retryTime === 'number' && retryTime > 0 ? Math.min(retryTime, longest) : undefined;
}
