import { expect } from 'chai';
import { codeBlocks } from './code-blocks.ts';

describe('code blocks of a README', () => {
  it('have a language, a text and a line', () => {
    expect(codeBlocks('# a\n\n```ts\nlet a = 1;\n\nlet b = 2;\n```\n\n```\nplain\n```\n')).to.deep.equal([
      { info: 'ts', text: 'let a = 1;\n\nlet b = 2;', line: 3 },
      { info: '', text: 'plain', line: 9 },
    ]);
  });

  it('may show a shorter fence inside a longer one', () => {
    expect(codeBlocks('````md\n```ts\n```\n````\n')).to.deep.equal([{ info: 'md', text: '```ts\n```', line: 1 }]);
  });

  it('lose the indentation of the list that they stand in', () => {
    expect(codeBlocks('1. do\n   ```sh\n   make test\n     deeper\n   ```')).to.deep.equal([
      { info: 'sh', text: 'make test\n  deeper', line: 2 },
    ]);
  });

  it('must be closed', () => {
    expect(() => codeBlocks('a\n```ts\nlet a')).to.throw('line 2 is never closed');
  });
});
