import { expect } from 'chai';
import fc from 'fast-check';
import { CompletedOffsets, type CompletedRange } from '../../../src/subscribe/partitions/completed-offsets.ts';

const most = 60;

describe('completed offsets', () => {
  const ranges = fc.array(
    fc
      .tuple(fc.nat({ max: most }), fc.nat({ max: 6 }))
      .map(([first, length]): CompletedRange => ({ first: BigInt(first), last: BigInt(first + length) })),
    { maxLength: 40 },
  );

  /** Single offsets as disjoint ascending ranges, none adjacent to another. */
  function rangesOf(offsets: ReadonlySet<bigint>): readonly CompletedRange[] {
    const found: { first: bigint; last: bigint }[] = [];
    for (const offset of [...offsets].toSorted((one, other) => Number(one - other))) {
      const previous = found.at(-1);
      if (previous !== undefined && previous.last + 1n === offset) previous.last = offset;
      else found.push({ first: offset, last: offset });
    }
    return found;
  }

  it('are those of a set of single offsets, in whatever order ranges are added and the position advances', () => {
    const steps = fc.array(fc.record({ ranges, advanceTo: fc.option(fc.nat({ max: most }), { nil: undefined }) }), { maxLength: 5 });
    fc.assert(
      fc.property(steps, (all) => {
        const completed = new CompletedOffsets();
        const single = new Set<bigint>();
        for (const step of all) {
          for (const range of step.ranges) {
            completed.add(range);
            for (let offset = range.first; offset <= range.last; offset++) single.add(offset);
          }
          if (step.advanceTo !== undefined) {
            let position = BigInt(step.advanceTo);
            while (single.has(position)) position++;
            expect(completed.advance(BigInt(step.advanceTo))).to.equal(position);
            for (const offset of single) if (offset < position) single.delete(offset);
          }
          expect(completed.ranges).to.deep.equal(rangesOf(single));
          expect(completed.isEmpty).to.equal(single.size === 0);
          for (let offset = 0n; offset <= most + 7; offset++) expect(completed.has(offset)).to.equal(single.has(offset));
        }
      }),
    );
  });

  it('tell which offsets of a range are missing, and how far they reach beyond an offset', () => {
    const offset = fc.nat({ max: most }).map(BigInt);
    fc.assert(
      fc.property(ranges, offset, offset, (all, from, to) => {
        const completed = CompletedOffsets.of(all);
        const missing: bigint[] = [];
        for (let each = from; each < to; each++) if (!completed.has(each)) missing.push(each);
        const last = missing.at(-1);
        expect(completed.missing(from, to)).to.deep.equal(
          last === undefined ? undefined : { from: missing[0], to: last + 1n, count: missing.length },
        );
        const end = completed.ranges.at(-1)?.last ?? from - 1n;
        expect(completed.reach(from)).to.equal(Number(end + 1n - from));
      }),
    );
  });

  it('take no time that grows with the square of their number', function () {
    // Some milliseconds; a minute and more, were all ranges looked at for each.
    this.timeout(5_000);
    const many = Array.from({ length: 20_000 }, (_, index) => ({ first: BigInt(index * 2 + 1), last: BigInt(index * 2 + 1) }));
    const completed = CompletedOffsets.of(many);
    expect(many.every(({ first }) => completed.has(first) && !completed.has(first + 1n))).to.equal(true);
    for (const { first, last } of many.toReversed()) completed.add({ first, last });
    expect(completed.ranges).to.have.length(many.length);
    expect([completed.advance(1n), completed.ranges.length]).to.deep.equal([2n, many.length - 1]);
    expect([completed.advance(39_999n), completed.isEmpty]).to.deep.equal([40_000n, true]);
  });
});
