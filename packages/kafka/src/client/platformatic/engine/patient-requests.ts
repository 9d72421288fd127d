import { setTimeout as wait } from 'node:timers/promises';
import { KafkaError } from '../../port/kafka-error.ts';
import { asked, isConnectionError } from './client-errors.ts';

// Milliseconds before the second attempt, doubled each time.
const attempts = 6;
const shortest = 300;

/** The answer was of a node that has died or no longer leads: another one, or the next one, can give it. */
const passing: ReadonlySet<string> = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'NOT_CONTROLLER',
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
]);

function isPassing(error: unknown): boolean {
  return error instanceof KafkaError ? passing.has(error.type) : isConnectionError(error);
}

/** Repeats requests while brokers fail over, until `signal` is aborted. */
export class PatientRequests {
  readonly #ended = new AbortController();

  /** @throws the error of the last attempt, as the port has it */
  async ask<T>(request: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await asked(request());
      } catch (error) {
        if (attempt === attempts || this.#ended.signal.aborted || !isPassing(error)) throw error;
        await wait(shortest * 2 ** (attempt - 1), undefined, { signal: this.#ended.signal }).catch(() => Promise.reject(error as Error));
      }
    }
  }

  end(): void {
    this.#ended.abort();
  }
}
