import { globSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { codeBlocks } from './code-blocks.ts';

const pages = ['docs/clients/nestjs.md', 'packages/nestjs/README.md'];
const sources = globSync('examples/nestjs/{src,test}/*.ts').map((file) => readFileSync(file, 'utf8'));

/** The lines of a text without their indentation: the formatter of a page moves them. */
const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

// Code with decorators cannot run by type stripping, as the programs of other pages do: an application has it, and test/floor runs that.
describe('the code on the pages about NestJS', () => {
  const blocks = pages.flatMap((page) => codeBlocks(readFileSync(page, 'utf8')).map((block) => ({ ...block, page })));

  it('is an excerpt of examples/nestjs', () => {
    const excerpts = blocks.filter(({ info }) => info === 'tsx');
    expect(excerpts.length).to.be.above(5);
    const strange = excerpts.filter(({ text }) => !sources.some((source) => lines(source).join('\n').includes(lines(text).join('\n'))));
    expect(strange.map(({ page, line }) => `${page}:${line}`)).to.deep.equal([]);
  });

  it('has the trace that the example asserts', () => {
    const trees = blocks.filter(({ info, text }) => info === 'text' && text.startsWith('trace'));
    expect(trees).to.have.length(1);
    for (const { text } of trees)
      expect(sources.some((source) => lines(source).join('\n').includes(lines(text).join('\n')))).to.equal(true);
  });
});
