import { expect } from 'chai';
import fc from 'fast-check';
import { CompletedOffsets } from '../../../src/subscribe/partitions/completed-offsets.ts';
import { OffsetTracker } from '../../../src/subscribe/partitions/offset-tracker.ts';

describe('an offset tracker', () => {
  const messages = (offsets: readonly number[]): { offset: string }[] => offsets.map((offset) => ({ offset: String(offset) }));

  it('never passes an unsettled record, and reports the settled ones beyond it, in whatever order they settle', () => {
    const order = fc
      .uniqueArray(fc.nat({ max: 300 }), { minLength: 1, maxLength: 80 })
      .chain((offsets) =>
        fc.record({ offsets: fc.constant(offsets.toSorted((one, other) => one - other)), done: fc.shuffledSubarray([...offsets.keys()]) }),
      );
    fc.assert(
      fc.property(order, ({ offsets, done }) => {
        // Control records have offsets too.
        const last = (offsets.at(-1) as number) + 2;
        const tracker = new OffsetTracker(messages(offsets), String(last), 0n, new CompletedOffsets());
        for (const index of done) tracker.settle(index);
        const { position } = tracker;
        const completed = CompletedOffsets.of(tracker.completed());
        const finished = new Set(done);
        const firstLeft = offsets.findIndex((_, index) => !finished.has(index));
        expect(tracker.isComplete).to.equal(firstLeft === -1);
        if (firstLeft === -1) {
          expect([position, tracker.lastResolved]).to.deep.equal([BigInt(last + 1), String(last)]);
          expect(completed.isEmpty).to.equal(true);
          return;
        }
        expect(position).to.equal(BigInt(offsets[firstLeft] as number));
        expect(tracker.lastResolved).to.equal(firstLeft === 0 ? undefined : String(offsets[firstLeft - 1]));
        for (let index = firstLeft; index < offsets.length; index++)
          expect(completed.has(BigInt(offsets[index] as number))).to.equal(finished.has(index));
      }),
    );
  });

  it('starts with earlier completed offsets, and counts a record once', () => {
    const completed = CompletedOffsets.of([{ first: 9n, last: 9n }]);
    const tracker = new OffsetTracker(messages([5, 6, 9, 10]), '10', 6n, completed);
    expect([0, 1, 2, 3].map((index) => tracker.isSettled(index))).to.deep.equal([true, false, true, false]);
    expect(tracker.position).to.equal(6n);
    tracker.settle(1);
    tracker.settle(1);
    expect([tracker.position, tracker.isComplete]).to.deep.equal([10n, false]);
    tracker.settle(3);
    expect([tracker.position, tracker.isComplete]).to.deep.equal([11n, true]);
  });
});
