import { expect } from 'chai';
import { selectionOf, usage } from '../command-line.ts';
import { mutants } from '../mutants/mutants.ts';

describe('the command line of the search', () => {
  it('runs 200 seeds from 1 on by default', () => {
    expect(selectionOf([])).to.deep.equal({ help: false, from: 1, count: 200, all: false, mutants: [] });
  });

  it('takes a range of seeds, or one', () => {
    expect(selectionOf(['--seeds', '5', '--from', '7', '--all'])).to.include({ from: 7, count: 5, all: true });
    expect(selectionOf(['--seed', '42'])).to.include({ from: 42, count: 1 });
    expect(() => selectionOf(['--seed', '42', '--seeds', '2'])).to.throw('leave out --seeds');
  });

  it('rejects a wrong number of seeds, and says what to write instead', () => {
    for (const wrong of ['0', '-1', '1.5', 'many']) expect(() => selectionOf([`--seeds=${wrong}`])).to.throw('--seeds is a whole number');
  });

  it('takes one mutant or all', () => {
    expect(selectionOf(['--mutants']).mutants).to.equal(mutants);
    const [first] = mutants;
    expect(selectionOf(['--mutant', first?.name ?? '']).mutants).to.deep.equal([first]);
    expect(() => selectionOf(['--mutant', 'nothing'])).to.throw('no mutant "nothing"');
    for (const { name } of mutants) expect(usage).to.contain(name);
  });
});
