import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { edited } from '../mutants/mutated-copy.ts';
import { mutants } from '../mutants/mutants.ts';

describe('the mutants of the search', () => {
  it('fit the code: each replaced text occurs exactly once', async () => {
    for (const { name, edits } of mutants)
      for (const edit of edits) {
        const text = await readFile(new URL(`../../${edit.file}`, import.meta.url), 'utf8');
        expect(edited(text, edit), name).to.not.equal(text);
      }
  });

  it('reject code in which the replaced text occurs never or twice', () => {
    const edit = { file: 'a.ts', find: 'one', replace: 'two' };
    expect(edited('one', edit)).to.equal('two');
    expect(() => edited('none of it: 1', { ...edit, find: 'x' })).to.throw('a.ts has "x" 0 times, not once');
    expect(() => edited('one one', edit)).to.throw('2 times, not once');
  });
});
