import { expect } from 'chai';
import { help, selectionOf } from '../command-line.ts';
import { flowNames } from '../end-to-end/end-to-end.ts';
import { figureNames } from '../figures/figures.ts';
import { caseNames } from '../measure/scenario.ts';

describe('the command line', () => {
  it('measures everything when nothing is said', () => {
    expect(selectionOf([])).to.deep.equal({
      kind: 'full',
      isWhole: true,
      cases: caseNames,
      comparisons: ['bytes', 'subscribe'],
      figures: figureNames,
      flows: flowNames,
    });
  });

  it('measures what --only names, and may be told twice', () => {
    const { isWhole, cases, flows, figures } = selectionOf(['--only', 'send-1', '--only', 'produce', '--quick']);
    expect({ isWhole, cases, flows, figures }).to.deep.equal({ isWhole: false, cases: ['send-1'], flows: ['produce'], figures: [] });
  });

  it('leaves out Apache Kafka with --no-kafka', () => {
    expect(selectionOf(['--no-kafka'])).to.deep.include({ isWhole: false, flows: [], figures: figureNames });
  });

  it('refuses names and options that it does not know, and parts of --ci', () => {
    expect(() => selectionOf(['--only', 'send-2'])).to.throw('There is no case "send-2"');
    expect(() => selectionOf(['--fast'])).to.throw('--fast');
    expect(() => selectionOf(['--ci', '--only', 'send-1'])).to.throw('leave out --quick and --only');
  });

  it('lists every name in its help', () => {
    for (const name of [...caseNames, ...figureNames, ...flowNames]) expect(help).to.include(`  ${name} `);
  });
});
