/** One of the delays of `retryTopics`. */
export interface RetryDelay {
  /** As in the options, and in the topic's name: `5s`. */
  readonly name: string;
  /** Milliseconds. */
  readonly ms: number;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The delay that `5s` or `10m` stands for: a whole number above 0 of ms, s, m, h or d; `undefined` for anything else. */
export function retryDelay(name: unknown): RetryDelay | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})(ms|s|m|h|d)$/.exec(typeof name === 'string' ? name : '') ?? [];
  return count === undefined || unit === undefined ? undefined : { name: name as string, ms: Number(count) * (units[unit] as number) };
}

/** When a retry is scheduled: after which delay, and how often. */
export class RetrySchedule {
  readonly #delays: readonly RetryDelay[];
  readonly #maxRetries: number;

  /** @param delays the shortest first, at least one */
  constructor(delays: readonly RetryDelay[], maxRetries: number) {
    this.#delays = delays;
    this.#maxRetries = maxRetries;
  }

  /** The longest delay of a message, in milliseconds. */
  get longest(): number {
    return this.#delays.at(-1)?.ms ?? 0;
  }

  /**
   * The next delay of a message, and its retry topic.
   *
   * @param retries how many retries were scheduled before
   * @param asked the delay in milliseconds that its handler asked for, at most {@link longest}: the first delay that is long enough applies
   * @returns `undefined` after `maxRetries`
   */
  next(retries: number, asked: number | undefined): { readonly delay: RetryDelay; readonly wait: number } | undefined {
    if (retries >= this.#maxRetries) return undefined;
    const delay =
      asked === undefined
        ? this.#delays[Math.min(retries, this.#delays.length - 1)]
        : (this.#delays.find(({ ms }) => ms >= asked) ?? this.#delays.at(-1));
    return delay === undefined ? undefined : { delay, wait: asked ?? delay.ms };
  }
}
