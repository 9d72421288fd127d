import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';

const packageFolder = new URL('..', import.meta.resolve('@electric-sql/pglite'));

/**
 * The data directory of a new database, as PGlite loads it. `initdb`, which is most of a start, creates it once for all
 * databases of this machine, in node_modules/.cache.
 */
export async function freshDataDirectory(modules: Pick<PGliteOptions, 'pgliteWasmModule' | 'initdbWasmModule'>): Promise<Blob> {
  const { version } = JSON.parse(await readFile(new URL('package.json', packageFolder), 'utf8')) as { readonly version: string };
  const file = fileURLToPath(new URL(`../../node_modules/.cache/tracelink/postgres-${version}.tar`, import.meta.url));
  const kept = await readFile(file).catch(() => undefined);
  if (kept !== undefined) return new Blob([kept]);
  const database = await PGlite.create({ ...modules });
  const made = await database.dumpDataDir('none');
  await database.close();
  await keep(file, new Uint8Array(await made.arrayBuffer())).catch(() => {
    // Without write access, the next process creates its own.
  });
  return made;
}

async function keep(file: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // By a rename: another process finds all of it or nothing.
  const part = `${file}.${process.pid}`;
  await writeFile(part, content);
  await rename(part, file);
}
