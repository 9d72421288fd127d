import { median } from './median.ts';

/** How long a measurement takes, in CPU time. */
export interface Effort {
  /** Milliseconds of calls before the first sample, for the JIT. */
  readonly warmUp: number;
  /** Milliseconds of one sample. */
  readonly sample: number;
  readonly samples: number;
}

/**
 * Nanoseconds of CPU that one `call` costs, awaited: the median of samples that are each long enough to hold their share of
 * young-generation collections. The heap is collected before, when Node runs with `--expose-gc`.
 *
 * CPU time of the whole process and not the clock: nothing here waits for anything, so on an idle machine the two differ by the
 * collector's helper threads, and on a shared one the clock also shows the neighbours.
 */
export async function nanosecondsPerCall(call: () => Promise<unknown>, effort: Effort): Promise<number> {
  await warmUp(call, effort.warmUp);
  globalThis.gc?.();
  // A whole collection takes shapes of objects away of which none was alive, and with them the machine code that was made for them.
  const perCall = await warmUp(call, effort.warmUp / 2);
  const calls = Math.max(1, Math.round((effort.sample * 1e6) / perCall));
  const samples: number[] = [];
  for (let sample = 0; sample < effort.samples; sample++) samples.push(await measured(call, calls));
  return median(samples);
}

async function measured(call: () => Promise<unknown>, calls: number): Promise<number> {
  const started = process.cpuUsage();
  for (let index = 0; index < calls; index++) await call();
  return cpuNanoseconds(started) / calls;
}

/** Calls until `milliseconds` of CPU are used, in growing portions; answers what one call of the last portion cost. */
async function warmUp(call: () => Promise<unknown>, milliseconds: number): Promise<number> {
  const started = process.cpuUsage();
  let perCall = await measured(call, 1);
  for (let calls = 2; cpuNanoseconds(started) < milliseconds * 1e6; calls *= 2) perCall = await measured(call, calls);
  // The resolution of the clock is a microsecond: a portion that was too short for it cost something all the same.
  return Math.max(perCall, 10);
}

function cpuNanoseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) * 1000;
}
