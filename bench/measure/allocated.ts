import { getHeapStatistics } from 'node:v8';
import { median } from './median.ts';

/** Node's flags for {@link bytesPerCall}: young objects have room for a whole sample, so that no collection takes any away meanwhile. */
export const allocationFlags: readonly string[] = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];

/** Milliseconds of CPU: compiled code allocates less. */
const warmUp = 700;
const sampleBytes = 32 * 1024 * 1024;
const samples = 5;

/** Bytes that one `call`, awaited, allocates on the heap: the median of samples without a collection, in compiled code. */
export async function bytesPerCall(call: () => Promise<unknown>): Promise<number> {
  const started = process.cpuUsage();
  for (let used = 0; used < warmUp;) {
    for (let index = 0; index < 10; index++) await call();
    const { user, system } = process.cpuUsage(started);
    used = (user + system) / 1_000;
  }
  const calls = Math.max(1, Math.floor(sampleBytes / ((await allocated(call, 10)) / 10)));
  const found: number[] = [];
  for (let sample = 0; sample < samples; sample++) found.push((await allocated(call, calls)) / calls);
  return median(found);
}

async function allocated(call: () => Promise<unknown>, calls: number): Promise<number> {
  globalThis.gc?.();
  const before = getHeapStatistics().used_heap_size;
  for (let index = 0; index < calls; index++) await call();
  return getHeapStatistics().used_heap_size - before;
}
