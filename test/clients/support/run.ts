import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Command } from './client.ts';

/** How a program ended, and what it said. */
export interface Ending {
  /** `ended with 0`, or what else became of it. */
  readonly how: string;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, or kills it after `limitMs`, with whatever it started.
 *
 * @throws Error when there is no such program
 */
export async function run({ file, args, ...options }: Command, limitMs: number): Promise<Ending> {
  // A group of its own, so that the children of a program which hangs can be ended with it.
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, limitMs);
  try {
    const [[code, signal], stdout, stderr] = await Promise.all([
      once(child, 'close') as Promise<[number | null, string | null]>,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { how: late ? `did not end within ${limitMs / 1_000} s` : `ended with ${code ?? signal}`, stdout, stderr };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new Error(`there is no ${file}`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
