import { globSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

// A citation stands behind a blank, as in "(B12)", "(7.12–7.15)" or "(4.12, interop 4)".
const number = String.raw`(?:B\d+|\d{1,2}\.\d{1,2}|interop \d)`;
const citation = new RegExp(` \\((${number}(?:(?:, |–)${number})*)\\)`, 'g');

describe('docs/behaviours.md', () => {
  const rows = [...readFileSync('docs/behaviours.md', 'utf8').matchAll(new RegExp(`^\\| (${number}) +\\|`, 'gm'))].map(([, row]) => row);

  it('has one row for each number that code and tests cite, and no other', () => {
    const files = globSync(['packages/*/{src,test}/**/*.ts', 'test/**/*.ts'], { exclude: ['test/behaviours.test.ts'] });
    const cited = new Set(files.flatMap((file) => numbersIn(readFileSync(file, 'utf8'))));
    expect(rows).to.have.members([...cited]);
  });

  it('links only to files that exist, of which each cites the number', () => {
    const page = readFileSync('docs/behaviours.md', 'utf8');
    const links = page.split('\n').flatMap((line) => {
      const [, row] = new RegExp(`^\\| (${number}) `).exec(line) ?? [];
      return [...line.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, file]) => ({ row, file: file as string }));
    });
    expect(links).to.not.be.empty;
    const wrong = links.filter(({ row, file }) => row === undefined || !numbersIn(readFileSync(file, 'utf8')).includes(row));
    expect(wrong).to.deep.equal([]);
  });
});

function numbersIn(text: string): readonly string[] {
  return [...text.matchAll(citation)].flatMap(([, list = '']) => list.split(', ').flatMap(expanded));
}

/** `7.12–7.15` is four numbers. */
function expanded(range: string): readonly string[] {
  const [first = '', last] = range.split('–');
  if (last === undefined) return [first];
  const [chapter, from] = first.split('.');
  const to = Number(last.split('.')[1]);
  return Array.from({ length: to - Number(from) + 1 }, (_, index) => `${chapter}.${Number(from) + index}`);
}
