import { runCommand } from '../command.ts';
import { entryPoints, type Package } from '../manifest.ts';
import type { Packed } from '../pack.ts';

/** What is wrong with one tarball: files that it lacks or should not have, and what publint and attw say. */
export async function tarballProblems({ manifest }: Package, { tarball, files }: Packed): Promise<string[]> {
  const built = Object.keys(entryPoints(manifest)).flatMap((name) =>
    ['js', 'cjs', 'd.ts', 'd.cts'].map((ending) => `dist/${name}.${ending}`),
  );
  const wanted = ['README.md', 'RATIONALE.md', 'CHANGELOG.md', 'LICENSE', ...built];
  const lacking = wanted.filter((file) => !files.includes(file)).map((file) => `the tarball has no ${file}`);
  const useless = files
    .filter((path) => /^(test|soak)\/|\.tsbuildinfo$/.test(path))
    .map((path) => `the tarball has ${path}, which no one can use`);
  const readers = [
    await runCommand('publint', ['run', '--strict', tarball]),
    // All that a compiler may resolve by: node10, node16 from CommonJS and from an ES module, and bundler.
    await runCommand('attw', [tarball]),
  ];
  return [...lacking, ...useless, ...readers.filter(({ ok }) => !ok).map(({ failure }) => failure)].map(
    (what) => `${manifest.name}: ${what}`,
  );
}
