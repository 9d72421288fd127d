import { posix } from 'node:path';
import { pageLinks, type PageLinks } from './markdown-links.ts';

/**
 * The links of Markdown pages that lead nowhere, one line each: relative links to files, folders and headings, as GitHub resolves them.
 * Links to other hosts are not followed.
 *
 * @param pages text by path from the root
 * @param files every file of the repository, by path from the root
 */
export function deadLinks(pages: ReadonlyMap<string, string>, files: ReadonlySet<string>): string[] {
  const read = new Map([...pages].map(([path, text]) => [path, pageLinks(text)]));
  const folders = new Set([...files].flatMap((file) => foldersOf(file)));
  return [...read].flatMap(([path, { links }]) =>
    links.flatMap(({ href, line }) => {
      const problem = problemOf(path, href);
      return problem === undefined ? [] : [`${path}:${line}: ${href} ${problem}`];
    }),
  );

  function problemOf(path: string, href: string): string | undefined {
    if (/^[a-z][a-z+.-]*:/.test(href)) return undefined;
    if (href.startsWith('/')) return 'is not relative: it leads to the root of the host that shows the page';
    const [place = '', anchor] = href.split('#');
    const target = place === '' ? path : posix.join(posix.dirname(path), place).replace(/\/$/, '');
    const page = read.get(target) ?? read.get(posix.join(target, 'README.md'));
    if (page === undefined && !files.has(target) && !folders.has(target)) return 'leads to no file of the repository';
    return anchor === undefined || hasAnchor(page, target, anchor) ? undefined : `: ${target} has no such heading`;
  }
}

function hasAnchor(page: PageLinks | undefined, target: string, anchor: string): boolean {
  if (page === undefined) return /\.\w+$/.test(target) && /^L\d+(-L\d+)?$/.test(anchor);
  return page.anchors.has(anchor);
}

function foldersOf(file: string): string[] {
  const folder = posix.dirname(file);
  return folder === '.' ? ['.'] : [folder, ...foldersOf(folder)];
}
