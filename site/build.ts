import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'vitepress';
import { writeApiReference } from './api-reference.ts';
import { deadLinks } from './check-links.ts';
import { layOutPages } from './pages.ts';

const root = join(import.meta.dirname, '..');
/** What VitePress reads. */
const laidOut = join(import.meta.dirname, '.pages');

const files = new Set(
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file))),
);
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pages = new Map([...files].filter((file) => file.endsWith('.md')).map((file) => [file, read(file)]));

failOn(deadLinks(pages, files));

rmSync(laidOut, { recursive: true, force: true });
const { texts, pictures } = layOutPages(pages, files, read);
for (const [page, text] of texts) write(page, text);
for (const picture of pictures) {
  mkdirSync(dirname(join(laidOut, picture)), { recursive: true });
  cpSync(join(root, picture), join(laidOut, picture));
}
await writeApiReference(join(laidOut, 'api'));
const reference = globSync('api/**/*.md', { cwd: laidOut });
failOn(deadLinks(new Map(reference.map((page) => [page, readFileSync(join(laidOut, page), 'utf8')])), new Set(reference)));

await build(import.meta.dirname);
console.log(`${texts.size + reference.length} pages in site/dist`);

function write(page: string, text: string): void {
  mkdirSync(dirname(join(laidOut, page)), { recursive: true });
  writeFileSync(join(laidOut, page), text);
}

function failOn(dead: readonly string[]): void {
  if (dead.length === 0) return;
  console.error(`Links that lead nowhere:\n${dead.join('\n')}`);
  process.exit(1);
}
