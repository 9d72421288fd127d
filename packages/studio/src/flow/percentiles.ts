/** In whole microseconds, by nearest rank: each is a value that was measured. */
export interface Percentiles {
  readonly p50Us: number;
  readonly p99Us: number;
}

/** @returns undefined of nothing */
export function percentiles(values: readonly number[]): Percentiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] as number;
  return { p50Us: rank(0.5), p99Us: rank(0.99) };
}
