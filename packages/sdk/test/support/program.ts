import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts one of the programs beside this folder, with `--import` of `imported` modules. */
export function startProgram(name: string, env: Readonly<Record<string, string>>, imported: readonly string[] = []): ChildProcess {
  const flags = ['--conditions=@tracelink/source', ...imported.flatMap((module) => ['--import', module])];
  return spawn(process.execPath, [...flags, join(import.meta.dirname, '../programs', name)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs it to its end. */
export async function runProgram(...args: Parameters<typeof startProgram>): Promise<Ended> {
  const child = startProgram(...args);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
  ]);
  return { code, stdout, stderr };
}
