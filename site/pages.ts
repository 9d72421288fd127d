import { posix } from 'node:path';
import { pageLinks } from './markdown-links.ts';

/** The pages of the site by their place in it, made of a repository's Markdown and of the files that it links to. */
export interface Pages {
  readonly texts: ReadonlyMap<string, string>;
  /** Pictures, copied as they are: their path from the root of the repository. */
  readonly pictures: readonly string[];
}

/**
 * Lays out a repository's Markdown as pages of a site: a README becomes its folder's index, a linked source file becomes a page that shows
 * it, a linked folder without a README becomes the list of its files. Links are rewritten to match.
 *
 * @param pages Markdown by path from the root, its links alive
 * @param files every file of the repository, by path from the root
 * @param readFile reads one of them
 */
export function layOutPages(pages: ReadonlyMap<string, string>, files: ReadonlySet<string>, readFile: (path: string) => string): Pages {
  const texts = new Map<string, string>();
  const pictures = new Set<string>();
  for (const [path, text] of pages) {
    let laidOut = text;
    for (const { href } of pageLinks(text).links) {
      if (/^([a-z][a-z+.-]*:|#)/.test(href)) continue;
      const [place = '', anchor] = href.split('#');
      const target = posix.join(posix.dirname(path), place).replace(/\/$/, '');
      if (isPicture(target)) {
        pictures.add(target);
        // Vite takes a name without a dot before it for a package's.
        if (!href.startsWith('.')) laidOut = laidOut.replaceAll(`"${href}"`, `"./${href}"`);
        continue;
      }
      const page = pageOf(target, files);
      if (page.startsWith('source/')) texts.set(page, sourcePage(target, files, readFile));
      const moved = `${relativeTo(path, page, files)}${anchor === undefined || page.startsWith('source/') ? '' : `#${anchor}`}`;
      laidOut = laidOut.replaceAll(`](${href})`, `](${moved})`).replaceAll(`href="${href}"`, `href="${moved}"`);
    }
    texts.set(pageOf(path, files), laidOut);
  }
  return { texts, pictures: [...pictures] };
}

/** Where the site shows a file or a folder. */
function pageOf(target: string, files: ReadonlySet<string>): string {
  const readme = posix.join(target, 'README.md');
  if (files.has(readme)) return posix.join(target, 'index.md');
  if (!files.has(target)) return `source/${target}/index.md`;
  return target.endsWith('.md') ? target.replace(/(^|\/)README\.md$/, '$1index.md') : `source/${target}.md`;
}

function relativeTo(path: string, page: string, files: ReadonlySet<string>): string {
  const relative = posix.relative(posix.dirname(pageOf(path, files)), page);
  return relative.startsWith('.') ? relative : `./${relative}`;
}

function isPicture(target: string): boolean {
  return /\.(png|svg)$/.test(target);
}

function sourcePage(target: string, files: ReadonlySet<string>, readFile: (path: string) => string): string {
  const inside = [...files].filter((file) => file.startsWith(`${target}/`));
  if (inside.length > 0) return `# ${target}\n\n${inside.map((file) => `- \`${posix.relative(target, file)}\``).join('\n')}\n`;
  const language = /\.(\w+)$/.exec(target)?.[1] ?? 'text';
  const known = ['ts', 'js', 'mjs', 'json', 'yaml', 'sh', 'java', 'go', 'py'].includes(language) ? language : 'text';
  return `# ${posix.basename(target)}\n\n\`${target}\`\n\n\`\`\`\`\`${known}\n${readFile(target)}\n\`\`\`\`\`\n`;
}
