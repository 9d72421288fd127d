/** The last failure in one partition. */
interface Failure {
  readonly offset: string | undefined;
  readonly attempts: number;
}

/**
 * Counts how often a message was tried by this consumer: a client hands a message out again after its handler failed, and
 * nothing in the message says so (B24). Holds one entry for each partition whose last handling failed, none otherwise.
 */
export class Attempts {
  readonly #failures = new Map<string, Failure>();

  /** Which attempt it is to handle the message at `offset`: 1, unless the last one here failed. */
  at(topic: string, partition: number, offset: string | undefined): number {
    if (this.#failures.size === 0) return 1;
    const failure = this.#failures.get(partitionKey(topic, partition));
    return failure !== undefined && failure.offset === offset ? failure.attempts + 1 : 1;
  }

  failed(topic: string, partition: number, offset: string | undefined, attempts: number): void {
    this.#failures.set(partitionKey(topic, partition), { offset, attempts });
  }

  succeeded(topic: string, partition: number): void {
    if (this.#failures.size > 0) this.#failures.delete(partitionKey(topic, partition));
  }
}

/** Topic names have no slash. */
function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
