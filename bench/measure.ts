import { median } from './median.ts';

/** How long a measurement takes. */
export interface Effort {
  /** Milliseconds of calls before the first sample, for the JIT. */
  readonly warmUp: number;
  /** Milliseconds of one sample. */
  readonly sample: number;
  readonly samples: number;
}

/**
 * Nanoseconds of one `call`, awaited: the median of samples that are each long enough to hold their share of young-generation
 * collections. The heap is collected before, when Node runs with `--expose-gc`.
 */
export async function nanosecondsPerCall(call: () => Promise<unknown>, effort: Effort): Promise<number> {
  const perCall = await timed(call, await callsWithin(call, effort.warmUp));
  const calls = Math.max(1, Math.round((effort.sample * 1e6) / perCall));
  globalThis.gc?.();
  const samples: number[] = [];
  for (let sample = 0; sample < effort.samples; sample++) samples.push(await timed(call, calls));
  return median(samples);
}

async function timed(call: () => Promise<unknown>, calls: number): Promise<number> {
  const started = process.hrtime.bigint();
  for (let index = 0; index < calls; index++) await call();
  return Number(process.hrtime.bigint() - started) / calls;
}

/** Calls until `milliseconds` are over and answers a tenth of how many those were. */
async function callsWithin(call: () => Promise<unknown>, milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds;
  let calls = 0;
  while (performance.now() < end) {
    await call();
    calls++;
  }
  return Math.max(1, Math.round(calls / 10));
}
