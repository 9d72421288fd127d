import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import { pageLinks } from '../../site/markdown-links.ts';
import { webAddress, type RepositoryManifest } from './complete-manifest.ts';
import type { Package } from './manifest.ts';

/** A package as it is published. */
export interface Packed {
  readonly name: string;
  /** The tarball's path. */
  readonly tarball: string;
  /** What is in it, by path from the package's root. */
  readonly files: readonly string[];
}

const pages = ['README.md', 'RATIONALE.md', 'CHANGELOG.md'];

/**
 * Packs a package that is built. Links of its pages that lead out of a package's folder would lead nowhere on a registry's page, and pictures
 * would not be shown: they are written out, to the files as they are at the version's tag.
 *
 * @param destination a folder for the tarball
 * @throws {Error} when it is not built, or npm does not pack it
 */
export async function pack({ folder, manifest }: Package, destination: string): Promise<Packed> {
  if (!existsSync(join(folder, 'dist'))) throw new Error(`${folder} is not built`);
  const root = JSON.parse(readFileSync('package.json', 'utf8')) as RepositoryManifest;
  const stage = mkdtempSync(join(tmpdir(), 'tracelink-stage-'));
  try {
    const { files } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { files: string[] };
    for (const file of ['package.json', 'README.md', 'LICENSE', ...files])
      cpSync(join(folder, file), join(stage, file), { recursive: true });
    for (const page of pages) {
      const place = page === 'CHANGELOG.md' ? '.' : folder;
      writeFileSync(join(stage, page), withAbsoluteLinks(readFileSync(join(stage, page), 'utf8'), place, root));
    }
    const args = ['pack', stage, '--json', '--ignore-scripts', '--pack-destination', destination];
    const { stdout } = await promisify(execFile)('npm', args, { maxBuffer: 16_000_000 });
    // npm 12 answers by package name, older ones with a list.
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string; files: { path: string }[] }>);
    if (packed === undefined) throw new Error(`npm pack ${folder} packed nothing`);
    return { name: manifest.name, tarball: join(destination, packed.filename), files: packed.files.map(({ path }) => path) };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/**
 * A page whose relative links are written out: to pages of the repository at the tag of its version, and to pictures as files.
 *
 * @param folder where the page is, from the root of the repository
 * @throws {Error} when a link leads to nothing
 */
export function withAbsoluteLinks(markdown: string, folder: string, root: RepositoryManifest): string {
  let text = markdown;
  const relative = new Set(pageLinks(markdown).links.map(({ href }) => href));
  for (const href of relative) {
    if (/^([a-z][a-z+.-]*:|#)/.test(href)) continue;
    const [place = '', anchor] = href.split('#');
    const path = posix.join(folder, place);
    if (!existsSync(path)) throw new Error(`A page of ${folder} links to ${path}, which is not there`);
    const [host, kind] = /\.(png|svg|gif)$/.test(place)
      ? [webAddress(root).replace('//github.com/', '//raw.githubusercontent.com/'), '']
      : [webAddress(root), statSync(path).isDirectory() ? '/tree' : '/blob'];
    const absolute = `${host}${kind}/v${root.version}/${path.replace(/\/$/, '')}${anchor === undefined ? '' : `#${anchor}`}`;
    text = text.replaceAll(`](${href})`, `](${absolute})`).replaceAll(`="${href}"`, `="${absolute}"`);
  }
  return text;
}
