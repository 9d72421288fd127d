import { expect } from 'chai';
import fc from 'fast-check';
import { BatchProgress } from '../../src/subscribe/batch-progress.ts';
import { DoneAbove } from '../../src/subscribe/done-above.ts';

describe('the progress of a batch', () => {
  const messages = (offsets: readonly number[]): { offset: string }[] => offsets.map((offset) => ({ offset: String(offset) }));

  it('never passes a message that is not done, and says which above it are, in whatever order they end', () => {
    const order = fc
      .uniqueArray(fc.nat({ max: 300 }), { minLength: 1, maxLength: 80 })
      .chain((offsets) =>
        fc.record({ offsets: fc.constant(offsets.toSorted((one, other) => one - other)), done: fc.shuffledSubarray([...offsets.keys()]) }),
      );
    fc.assert(
      fc.property(order, ({ offsets, done }) => {
        // Control records have offsets too.
        const last = (offsets.at(-1) as number) + 2;
        const progress = new BatchProgress(messages(offsets), String(last), DoneAbove.none);
        for (const index of done) progress.finish(index);
        const { offset, above } = progress.position();
        const finished = new Set(done);
        const firstLeft = offsets.findIndex((_, index) => !finished.has(index));
        expect(progress.isComplete).to.equal(firstLeft === -1);
        if (firstLeft === -1) {
          expect([offset, progress.lastResolved]).to.deep.equal([String(last + 1), String(last)]);
          expect(above.isEmpty).to.equal(true);
          return;
        }
        expect(offset).to.equal(String(offsets[firstLeft]));
        expect(progress.lastResolved).to.equal(firstLeft === 0 ? undefined : String(offsets[firstLeft - 1]));
        for (let index = firstLeft; index < offsets.length; index++)
          expect(above.has(String(offsets[index]))).to.equal(finished.has(index));
      }),
    );
  });

  it('begins with what was done before, and counts a message once', () => {
    const progress = new BatchProgress(
      messages([5, 6, 9, 10]),
      '10',
      DoneAbove.of([
        ['5', '5'],
        ['9', '9'],
      ]),
    );
    expect([0, 1, 2, 3].map((index) => progress.isDone(index))).to.deep.equal([true, false, true, false]);
    expect(progress.position().offset).to.equal('6');
    progress.finish(1);
    progress.finish(1);
    expect([progress.position().offset, progress.isComplete]).to.deep.equal(['10', false]);
    progress.finish(3);
    expect([progress.position().offset, progress.isComplete]).to.deep.equal(['11', true]);
  });
});
