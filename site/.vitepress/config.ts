import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type DefaultTheme } from 'vitepress';
import { entryPoints } from '../api-reference.ts';
import { drawDiagrams } from '../diagrams.ts';
import { githubSlug } from '../markdown-links.ts';

const pages = join(import.meta.dirname, '../.pages');

/** Guides in the order of a first reading; those that are not named come after, by title. */
const order = [
  'getting-started',
  'consumer-guide',
  'retries-and-dead-letters',
  'idempotency-and-outbox',
  'replay',
  'telemetry',
  'headers',
  'does-my-trace-survive',
];

const project = [
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'RELEASING.md',
  'CHANGELOG.md',
  '*/index.md',
  'packages/*/RATIONALE.md',
];

export default defineConfig({
  title: 'tracelink',
  description: 'One trace from an HTTP request through Kafka to the last consumer, in Node',
  srcDir: '.pages',
  outDir: 'dist',
  cacheDir: join(import.meta.dirname, '../node_modules/.vitepress'),
  lastUpdated: false,
  // Of an export in the reference, the name is enough: each has a heading for its properties.
  transformPageData: ({ relativePath }) => (relativePath.startsWith('api/') ? { frontmatter: { outline: 2 } } : {}),
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  // The same anchors as on GitHub, where the pages are read too.
  markdown: { config: drawDiagrams, anchor: { slugify: githubSlug }, headers: { slugify: githubSlug }, toc: { slugify: githubSlug } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      { text: 'Guides', items: items(guides()) },
      { text: 'Packages', items: items(found('packages/*/index.md')) },
      { text: 'API reference', collapsed: true, items: entryPoints().map(({ name }) => ({ text: name, link: `/api/${name}` })) },
      { text: 'The project', collapsed: true, items: items(found(...project)) },
    ],
  },
});

function guides(): string[] {
  const place = (page: string): number => order.findIndex((name) => page === `docs/${name}.md`) + 1 || order.length + 1;
  return found('docs/**/*.md').sort((one, other) => place(one) - place(other));
}

function found(...patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => globSync(pattern, { cwd: pages }).sort());
}

function items(found: readonly string[]): DefaultTheme.SidebarItem[] {
  return found.map((page) => ({ text: titleOf(page), link: `/${page.replace(/(index)?\.md$/, '')}` }));
}

function titleOf(page: string): string {
  const title = /^# (.+)$/m.exec(readFileSync(join(pages, page), 'utf8'))?.[1]?.replaceAll(/[`*]/g, '') ?? page;
  return page.endsWith('RATIONALE.md') ? `${title}: why` : title;
}
