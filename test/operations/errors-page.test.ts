import { globSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

/** The codes of each class of error, by the union type that its package exports. */
const unions = new Map(
  globSync('packages/*/src/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^export type (\w+Error)Code =([^;]+);/gm)].map(
      ([, name = '', union = '']): [string, string[]] => [name, [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code)],
    ),
  ),
);
// What a frame of the protocol may be refused for is seen by no user of the broker.
unions.delete('WireError');

/** The codes that the page has in the table of each class. */
const tables = new Map(
  readFileSync('docs/operations/errors.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string[]] => [
      section.slice(0, section.indexOf('\n')),
      [...section.matchAll(/^\| `(\w+)` /gm)].map(([, code = '']) => code),
    ]),
);

describe('docs/operations/errors.md', () => {
  it('has a table for each class of error that a package exports', () => {
    expect(unions.size).to.be.above(5);
    expect([...tables.keys()]).to.have.members([...unions.keys()]);
  });

  for (const [name, codes] of unions)
    it(`has every code of ${name} once, and no other`, () => {
      expect(tables.get(name)).to.have.members(codes);
    });
});
