import { createRequire } from 'node:module';
import { sep } from 'node:path';
import { guard } from '../core/guard.ts';

const load = createRequire(import.meta.url);

/** The main files of the copies of a CommonJS package that are loaded. ES modules that are loaded cannot be seen. */
export function loadedEarly(packageName: string): string[] {
  const folder = `${sep}node_modules${sep}${packageName.replace('/', sep)}${sep}`;
  const roots = new Set(Object.keys(load.cache).flatMap((file) => rootsOf(file, folder)));
  return [...roots].flatMap((root) => guard('looking for loaded clients', () => load.resolve(root)) ?? []);
}

function rootsOf(file: string, folder: string): string[] {
  const start = file.lastIndexOf(folder);
  return start === -1 ? [] : [file.slice(0, start + folder.length)];
}

/** Says which libraries the program loaded before: clients that it has made by then stay untraced. */
export function sayLoadedEarly(packageNames: readonly string[]): void {
  process.emitWarning(
    `${packageNames.join(', ')} ${packageNames.length === 1 ? 'was' : 'were'} loaded before @tracelink/kafka/register, so that clients which ` +
      'the program has made by then are not traced. Put it first: node --import @tracelink/register main.js',
    { code: 'TRACELINK_LOADED_EARLY' },
  );
}
