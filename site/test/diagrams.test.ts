import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { createMarkdownRenderer } from 'vitepress';
import config from '../.vitepress/config.ts';

const pages = execFileSync('git', ['grep', '--name-only', '^```mermaid', '--', '*.md'], { encoding: 'utf8' }).trim().split('\n');

/** The Markdown as the site has it, with what is bound as a text readable. */
async function rendered(markdown: string): Promise<string> {
  const renderer = await createMarkdownRenderer('.', config.markdown);
  const html = renderer.render(markdown);
  return html.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').replaceAll('\\"', '"');
}

describe('the diagrams of the site', () => {
  it('are pictures, with all names and lines that the source has, on every page', async () => {
    for (const page of pages) {
      const text = readFileSync(page, 'utf8');
      const sources = [...text.matchAll(/^```mermaid\n([^]*?)^```/gm)].map(([, source]) => source ?? '');
      const html = await rendered(text);
      expect(html).to.not.include('language-mermaid');
      const pictures = [...html.matchAll(/<figure class="diagram"[^>]*v-html="([^]*?)"><\/figure>/g)].map(([, picture]) => picture ?? '');
      expect(pictures, page).to.have.length(sources.length);
      for (const [index, source] of sources.entries()) {
        const names = [...source.matchAll(/\["?([^\]"]+)"?\]|participant \w+ as (\w+)/g)].flatMap(([, box, participant]) =>
          (box ?? participant ?? '').split('<br/>'),
        );
        for (const name of names) expect(pictures[index], page).to.include(`>${name}</t`);
        const lines = source.split('\n').filter((line) => /--|-\.|->>/.test(line));
        expect([...(pictures[index] ?? '').matchAll(/ class="(edge|message)"/g)], page).to.have.length(lines.length);
      }
    }
    expect(pages).to.include.members(['README.md', 'ARCHITECTURE.md', 'docs/retries-and-dead-letters.md']);
  });

  it('load nothing from elsewhere', async () => {
    const html = await rendered('```mermaid\nflowchart LR\n  a --> b\n```\n');
    expect(html.replaceAll('http://www.w3.org/2000/svg', ''))
      .to.include('<svg')
      .and.not.match(/https?:/);
  });

  it('fail the build where they cannot be read', async () => {
    const error = await rendered('```mermaid\nno diagram\n```\n').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error);
  });

  it('are drawn of Mermaid alone: other code stays code', async () => {
    expect(await rendered('```ts\nconst a = 1;\n```\n'))
      .to.include('language-ts')
      .and.not.include('<figure');
  });
});
