import { traceId, type TaskSummary } from '@tracelink/context';

/** The requests or messages in flight, so that a shutdown can name those it could not wait for. */
export class InFlight {
  readonly #work = new Set<() => TaskSummary>();

  /** Runs `work` and counts it as in flight until it has ended. Call it inside the work's span. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const end = this.begin(name);
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Counts a piece of work as in flight until the function that it returns is called. Call it inside the work's span. */
  begin(name: string): () => void {
    const began = performance.now();
    const ids = { name, traceId: traceId() };
    const summary = (): TaskSummary => ({ ...ids, ageMs: Math.round(performance.now() - began) });
    this.#work.add(summary);
    return () => void this.#work.delete(summary);
  }

  /** What has not ended, the oldest first. */
  list(): readonly TaskSummary[] {
    return [...this.#work].map((summary) => summary());
  }
}
