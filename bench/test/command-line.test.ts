import { expect } from 'chai';
import { help, selectionOf } from '../command-line.ts';
import { flowNames } from '../end-to-end/end-to-end.ts';
import { caseNames } from '../measure/scenario.ts';

describe('the command line', () => {
  it('measures everything when nothing is said', () => {
    expect(selectionOf([])).to.deep.equal({ help: false, quick: false, cases: caseNames, flows: flowNames });
  });

  it('measures what --only names, and may be told twice', () => {
    const { cases, flows } = selectionOf(['--only', 'send-1', '--only', 'produce', '--quick']);
    expect({ cases, flows }).to.deep.equal({ cases: ['send-1'], flows: ['produce'] });
  });

  it('refuses names and options that it does not know', () => {
    expect(() => selectionOf(['--only', 'send-2'])).to.throw('There is no case "send-2"');
    expect(() => selectionOf(['--fast'])).to.throw('--fast');
  });

  it('lists every name in its help', () => {
    for (const name of [...caseNames, ...flowNames]) expect(help).to.include(`  ${name} `);
  });
});
