import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summarize, summarizePackages, type CpuProfile } from './profile-summary.ts';

const shown = 30;

/**
 * Prints where the time of one process goes, by Node's own CPU profiler.
 *
 * @param run runs the process, which leaves one profile in the folder
 * @returns what `run` gives
 */
export async function printProfile<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tracelink-profile-'));
  try {
    const answer = await run(folder);
    const [file] = readdirSync(folder);
    const profile = JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8')) as CpuProfile;
    for (const { where, percent } of summarizePackages(profile)) console.log(`${percent.toFixed(1).padStart(5)} %  ${where}`);
    console.log();
    for (const { where, percent } of summarize(profile).slice(0, shown)) console.log(`${percent.toFixed(1).padStart(5)} %  ${where}`);
    return answer;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
