// Where the time of one case goes: `node --conditions=@tracelink/source bench/profile.ts each-batch-100 ours sampled`.
import { printProfile } from './measure/print-profile.ts';
import { runChild } from './measure/run-child.ts';
import type { StubAnswer } from './stub/stub-child.ts';

const [name, library = 'ours', mode = 'sampled'] = process.argv.slice(2);
if (name === undefined) throw new Error('Which case? As in: bench/profile.ts each-batch-100 ours sampled');
const task = { name, library, mode, effort: { warmUp: 500, sample: 100, samples: 30 } };
const { nanoseconds } = await printProfile((folder) =>
  runChild<StubAnswer>('stub/stub-child.ts', task, ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`]),
);
console.log(`\n${name}, ${library}, ${mode}: ${Math.round(nanoseconds)} ns a call under the profiler`);
