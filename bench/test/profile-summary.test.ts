import { expect } from 'chai';
import { summarize } from '../measure/profile-summary.ts';

describe('summarize', () => {
  it('adds up the self time of a function and leaves out idle time', () => {
    const nodes = [
      { id: 1, callFrame: { functionName: '(idle)', url: '', lineNumber: -1 } },
      { id: 2, callFrame: { functionName: 'parse', url: 'file:///somewhere/packages/propagation/src/b3-single.ts', lineNumber: 13 } },
      { id: 3, callFrame: { functionName: '(garbage collector)', url: '', lineNumber: -1 } },
    ];
    const shares = summarize({ nodes, samples: [2, 1, 3, 2], timeDeltas: [100, 5000, 100, 200] });
    expect(shares).to.deep.equal([
      { where: 'parse  propagation/src/b3-single.ts:14', percent: 75 },
      { where: '(garbage collector)', percent: 25 },
    ]);
  });
});
