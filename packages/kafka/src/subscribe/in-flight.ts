/** A message that a handler is working on. */
export interface InFlightMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** As text; `undefined` when it has none, or none in UTF-8. */
  readonly key: string | undefined;
  readonly attempt: number;
  readonly traceId: string | undefined;
  /** Milliseconds since the attempt began. */
  readonly age: number;
}

/** An attempt that is running. */
export interface Running {
  /** By `performance.now()`. */
  readonly startedAt: number;
  describe(age: number): InFlightMessage;
}

/** The attempts that are running now. */
export class InFlight {
  readonly #running = new Set<Running>();

  add(attempt: Running): void {
    this.#running.add(attempt);
  }

  remove(attempt: Running): void {
    this.#running.delete(attempt);
  }

  get count(): number {
    return this.#running.size;
  }

  /** Those that have run for at least `age` milliseconds, the oldest first. */
  olderThan(age: number): readonly InFlightMessage[] {
    const now = performance.now();
    return [...this.#running]
      .map((attempt) => ({ attempt, age: now - attempt.startedAt }))
      .filter((running) => running.age >= age)
      .toSorted((one, other) => other.age - one.age)
      .map((running) => running.attempt.describe(Math.round(running.age)));
  }
}
