import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from './client.ts';
import { run } from './run.ts';

const cache = fileURLToPath(new URL('../.cache/', import.meta.url));

/** What an installation may take: a build from source is among them. */
const limitMs = 600_000;

/**
 * The cache folder `name`, filled by `install` unless that was done before. The name has the version in it: a new version is
 * a new folder.
 */
export async function installed(name: string, install: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = `${cache}${name}`;
  const stamp = `${folder}/.installed`;
  if (existsSync(stamp)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await install(folder);
  await writeFile(stamp, '');
  return folder;
}

/**
 * Runs one step of an installation.
 *
 * @returns what it printed
 * @throws Error with the last words of a step that failed, or that its program is not there
 */
export async function step(file: string, args: readonly string[], options: Omit<Command, 'file' | 'args'> = {}): Promise<string> {
  const { how, stdout, stderr } = await run({ file, args, ...options }, limitMs);
  if (how === 'ended with 0') return stdout;
  const words = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  throw new Error(`${file} ${args[0]} ${how}: ${words.findLast((line) => line !== '') ?? 'without a word'}`);
}

/** The path of a client's program. */
export function program(path: string): string {
  return fileURLToPath(new URL(`../programs/${path}`, import.meta.url));
}
