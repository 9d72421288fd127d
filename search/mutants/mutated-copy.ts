import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Edit } from './mutants.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of the packages and of this search, changed; it goes away with `await using`. */
export interface MutatedCopy extends AsyncDisposable {
  /** The folder of its search. */
  readonly search: URL;
}

/** A file's text after an edit. @throws unless the replaced text occurs exactly once: the code has changed, and the mutant must, too */
export function edited(text: string, { file, find, replace }: Edit): string {
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`${file} has ${JSON.stringify(find)} ${times} times, not once: the mutant no longer fits the code.`);
  return text.replace(find, () => replace);
}

/** Copies the sources into a temporary folder and changes them there. @throws what {@link edited} throws */
export async function mutatedCopy(edits: readonly Edit[]): Promise<MutatedCopy> {
  const copy = await mkdtemp(join(tmpdir(), 'tracelink-mutant-'));
  const remove = (): Promise<void> => rm(copy, { recursive: true, force: true });
  try {
    await cp(join(root, 'package.json'), join(copy, 'package.json'));
    await copySources('search', copy);
    const names = await readdir(join(root, 'packages'));
    for (const name of names) {
      await copySources(join('packages', name, 'src'), copy);
      await cp(join(root, 'packages', name, 'package.json'), join(copy, 'packages', name, 'package.json'));
    }
    await linkModules(copy, names);
    for (const edit of edits) {
      const file = join(copy, edit.file);
      await writeFile(file, edited(await readFile(file, 'utf8'), edit));
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { search: pathToFileURL(join(copy, 'search/')), [Symbol.asyncDispose]: remove };
}

async function copySources(folder: string, to: string): Promise<void> {
  await cp(join(root, folder), join(to, folder), { recursive: true, filter: (path) => !path.endsWith('/node_modules') });
}

/** All installed packages but our own: those are the copied ones. */
async function linkModules(copy: string, packages: readonly string[]): Promise<void> {
  const modules = join(copy, 'node_modules');
  await mkdir(join(modules, '@tracelink'), { recursive: true });
  for (const name of await readdir(join(root, 'node_modules')))
    if (name !== '@tracelink' && name !== '.bin') await symlink(join(root, 'node_modules', name), join(modules, name));
  for (const name of packages) await symlink(join(copy, 'packages', name), join(modules, '@tracelink', name));
}
