import { expect } from 'chai';
import { selectionOf, usage } from '../command-line.ts';
import { mutants } from '../members/mutants.ts';
import { rows } from '../rows.ts';

describe('the command line of the faults', () => {
  const names = (...argv: string[]): string[] => selectionOf(argv, rows).rows.map(({ name }) => name);

  it('causes every fault when nothing is said', () => {
    expect(selectionOf([], rows)).to.deep.equal({ help: false, rows, mutant: undefined });
  });

  it('causes what --only names, and may be told twice', () => {
    expect(names('--only', 'poison-flood', '--only', 'none')).to.have.members(['none', 'poison-flood']);
  });

  it('shows each mutant in the row that finds it, unless told where', () => {
    for (const [mutant, { row }] of Object.entries(mutants)) expect(names('--mutant', mutant)).to.deep.equal([row]);
    expect(names('--mutant', 'commit-first', '--only', 'none')).to.deep.equal(['none']);
  });

  it('refuses names and options that it does not know', () => {
    expect(() => names('--only', 'earthquake')).to.throw('There is no row "earthquake"');
    expect(() => names('--mutant', 'toString')).to.throw('There is no mutant "toString"');
    expect(() => names('--fast')).to.throw('--fast');
  });

  it('lists every name in its help, each once', () => {
    const listed = usage(rows);
    for (const name of [...rows.map((row) => row.name), ...Object.keys(mutants)])
      expect(listed.split(`  ${name} `), name).to.have.length(2);
  });
});
