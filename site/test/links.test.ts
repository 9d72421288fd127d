import { expect } from 'chai';
import { deadLinks } from '../check-links.ts';
import { layOutPages } from '../pages.ts';

const files = new Set(['README.md', 'docs/guide.md', 'packages/kafka/README.md', 'packages/kafka/src/index.ts', 'packages/kafka/map.png']);
const guide = '# Guide\n\n## Retry `delays`\n\n## Names\n\n## Names\n\n<a id="old-name"></a>\n\n';

function dead(markdown: string): string[] {
  return deadLinks(new Map([['docs/guide.md', guide + markdown], ...pages]), files);
}
const pages: readonly (readonly [string, string])[] = [
  ['README.md', '# Start\n'],
  ['packages/kafka/README.md', '# Kafka\n\n## Install\n'],
];

describe('the links of the documents', () => {
  it('may lead to a page, a heading, a folder, a source file and a line of it', () => {
    const links = [
      '../README.md',
      '../packages/kafka',
      '../packages/kafka#install',
      '../packages/kafka/README.md#install',
      '../packages/kafka/src/index.ts#L3',
      '#retry-delays',
      '#names-1',
      '#old-name',
      'https://example.com/nowhere',
    ];
    expect(dead(links.map((link) => `[x](${link})`).join(' '))).to.deep.equal([]);
  });

  it('fail when they lead nowhere, wherever they stand', () => {
    expect(dead('[x](absent.md)')).to.deep.equal(['docs/guide.md:11: absent.md leads to no file of the repository']);
    expect(dead('[x](../README.md#absent)')).to.have.lengthOf(1);
    expect(dead('[x](#names-2)')).to.have.lengthOf(1);
    expect(dead('[x](/README.md)')).to.have.lengthOf(1);
    expect(dead('![x](absent.png)')).to.have.lengthOf(1);
    expect(dead('<img src="absent.png">')).to.have.lengthOf(1);
    expect(dead('[x](../packages/kafka/src/index.ts#install)')).to.have.lengthOf(1);
    expect(dead('[x][y]\n\n[y]: absent.md')).to.have.lengthOf(1);
    expect(dead('```md\n[x](absent.md)\n```')).to.deep.equal([]);
  });

  it('are rewritten to where the site shows what they lead to', () => {
    const text = '[a](../packages/kafka#install) [b](../packages/kafka/src/index.ts#L3) [c](../README.md) ![d](../packages/kafka/map.png)';
    const { texts, pictures } = layOutPages(new Map([['docs/guide.md', text], ...pages]), files, (path) => `text of ${path}`);
    expect(texts.get('docs/guide.md')).to.equal(
      '[a](../packages/kafka/index.md#install) [b](../source/packages/kafka/src/index.ts.md) [c](../index.md) ![d](../packages/kafka/map.png)',
    );
    expect(texts.get('source/packages/kafka/src/index.ts.md')).to.include('text of packages/kafka/src/index.ts');
    expect(pictures).to.deep.equal(['packages/kafka/map.png']);
  });
});
