// Where the time of one case goes: `node --conditions=@tracelink/source bench/profile.ts each-batch-100 ours sampled`, by Node's own CPU profiler.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summarize, type CpuProfile } from './profile-summary.ts';
import { runChild } from './run-child.ts';
import type { StubAnswer } from './stub-child.ts';

const [name, library = 'ours', mode = 'sampled'] = process.argv.slice(2);
if (name === undefined) throw new Error('Which case? As in: bench/profile.ts each-batch-100 ours sampled');
const folder = mkdtempSync(join(tmpdir(), 'tracelink-profile-'));
try {
  const flags = ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`];
  const task = { name, library, mode, effort: { warmUp: 500, sample: 100, samples: 30 } };
  const { nanoseconds } = await runChild<StubAnswer>('stub-child.ts', task, flags);
  const [file] = readdirSync(folder);
  const profile = JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8')) as CpuProfile;
  console.log(`${name}, ${library}, ${mode}: ${Math.round(nanoseconds)} ns a call under the profiler\n`);
  for (const { where, percent } of summarize(profile).slice(0, 30)) console.log(`${percent.toFixed(1).padStart(5)} %  ${where}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
