import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/**
 * Runs a file of `bench/` in a Node process with this process' own flags and answers what it wrote to stdout as JSON.
 *
 * @param task given to the child as JSON, in its first argument
 * @param flags more flags for Node
 * @throws when the child fails; its stderr has gone to ours
 */
export function runChild<T>(file: string, task: object, flags: readonly string[] = []): Promise<T> {
  return run(file, task, [...process.execArgv, ...flags]);
}

/** The same on the packages as they are built, and not on their sources. */
export function runBuilt<T>(file: string, task: object): Promise<T> {
  return run(file, task, []);
}

async function run<T>(file: string, task: object, flags: readonly string[]): Promise<T> {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  // kafkajs 2.2 asks for timers in the past when it throttles requests; Node warns, nothing else happens.
  const child = spawn(process.execPath, [...flags, '--disable-warning=TimeoutNegativeWarning', path, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${file} failed with ${code === null ? signal : `exit code ${code}`} on ${JSON.stringify(task)}`);
  return JSON.parse(output) as T;
}
