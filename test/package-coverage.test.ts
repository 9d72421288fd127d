import { expect } from 'chai';
import { hasCode } from '../scripts/has-code.ts';
import { belowFloor, packageCoverage, type FileCoverage } from '../scripts/package-coverage.ts';

const file = (lines: [number, number], branches: [number, number]): FileCoverage => ({
  lines: { covered: lines[0], total: lines[1] },
  branches: { covered: branches[0], total: branches[1] },
});

describe('the coverage gate', () => {
  it('adds up the files of each workspace by itself', () => {
    const files = new Map([
      ['packages/a/src/one.ts', file([10, 10], [1, 2])],
      ['packages/a/src/two.ts', file([5, 10], [2, 2])],
      ['packages/ab/src/index.ts', file([1, 1], [0, 0])],
    ]);
    expect(packageCoverage(['packages/a'], files)).to.deep.equal([{ folder: 'packages/a', files: 2, ...file([15, 20], [3, 4]) }]);
  });

  it('refuses too few lines, too few branches and a workspace without files, and names it', () => {
    const judge = (coverage: FileCoverage, files = 1): string[] => belowFloor({ folder: 'packages/a', files, ...coverage }, 95);
    expect(judge(file([95, 100], [95, 100]))).to.deep.equal([]);
    expect(judge(file([9, 9], [0, 0]))).to.deep.equal([]);
    expect(judge(file([949, 1000], [95, 100]))).to.deep.equal(['packages/a: 94.90 % of lines, at least 95 % is asked for']);
    expect(judge(file([95, 100], [94, 100]))).to.deep.equal(['packages/a: 94.00 % of branches, at least 95 % is asked for']);
    expect(judge(file([0, 0], [0, 0]), 0)).to.deep.equal(['packages/a: no source file was covered']);
  });

  it('leaves out files that are erased whole, and only those', () => {
    expect(hasCode("import type { A } from './a.ts';\n/** A. */\nexport interface B { readonly a: A }\n// end\nexport {};\n")).to.equal(
      false,
    );
    expect(hasCode("export { a } from './a.ts';")).to.equal(true);
    expect(hasCode('export const a: number = 1;')).to.equal(true);
  });
});
