/** One wait of a retry topic. */
export interface RetryTier {
  /** As in the options, and in the topic's name: `5s`. */
  readonly name: string;
  /** Milliseconds. */
  readonly delay: number;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What `5s` or `10m` means: a whole number of ms, s, m, h or d, more than none; `undefined` for anything else. */
export function retryTier(name: unknown): RetryTier | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})(ms|s|m|h|d)$/.exec(typeof name === 'string' ? name : '') ?? [];
  return count === undefined || unit === undefined ? undefined : { name: name as string, delay: Number(count) * (units[unit] as number) };
}

/** When a message is retried later: after which of the tiers' waits, and how often. */
export class RetryDelays {
  readonly #tiers: readonly RetryTier[];
  readonly #limit: number;

  /** @param tiers the shortest first, at least one */
  constructor(tiers: readonly RetryTier[], limit: number) {
    this.#tiers = tiers;
    this.#limit = limit;
  }

  /** Milliseconds that a message can wait at most. */
  get longest(): number {
    return this.#tiers.at(-1)?.delay ?? 0;
  }

  /**
   * Where a message waits next, and how long.
   *
   * @param retries how often it has waited before
   * @param asked milliseconds that its handler asked for, at most {@link longest}: the first tier that is long enough takes it
   * @returns `undefined` when it has waited as often as it may
   */
  next(retries: number, asked: number | undefined): { readonly tier: RetryTier; readonly delay: number } | undefined {
    if (retries >= this.#limit) return undefined;
    const tier =
      asked === undefined
        ? this.#tiers[Math.min(retries, this.#tiers.length - 1)]
        : (this.#tiers.find(({ delay }) => delay >= asked) ?? this.#tiers.at(-1));
    return tier === undefined ? undefined : { tier, delay: asked ?? tier.delay };
  }
}
