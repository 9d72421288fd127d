import { expect } from 'chai';
import fc from 'fast-check';
import { DoneAbove } from '../../src/subscribe/done-above.ts';

describe('what is done above a commit', () => {
  /** Ascending ranges with gaps, above the committed offset. */
  const ranges = fc
    .tuple(
      fc.bigInt({ min: 0n, max: 2n ** 62n }),
      fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 6n }), fc.bigInt({ min: 0n, max: 10n ** 6n })), { maxLength: 200 }),
    )
    .map(([committed, steps]) => {
      let position = committed;
      const found = steps.map(([distance, length]): [string, string] => {
        const first = position + distance + 1n;
        position = first + length;
        return [String(first), String(position)];
      });
      return { committed: String(committed), ranges: found };
    });

  it('comes back from the metadata of its commit, as much of it as Kafka takes', () => {
    fc.assert(
      fc.property(ranges, (given) => {
        const metadata = DoneAbove.of(given.ranges).toMetadata(given.committed);
        expect(Buffer.byteLength(metadata)).to.be.at.most(4_000);
        const back = DoneAbove.fromMetadata(given.committed, metadata);
        const kept = given.ranges.filter(([first]) => back.has(first));
        expect(given.ranges.slice(0, kept.length)).to.deep.equal(kept);
        if (given.ranges.length <= 150) expect(kept.length).to.equal(given.ranges.length);
        for (const [first, last] of kept) {
          expect([String(BigInt(first) - 1n), first, last, String(BigInt(last) + 1n)].map((offset) => back.has(offset))).to.deep.equal([
            false,
            true,
            true,
            false,
          ]);
        }
      }),
    );
  });

  it('leaves out from the end what does not fit, and is a whole text still', () => {
    const many = Array.from({ length: 5_000 }, (_, index): [string, string] => [String(index * 3 + 1), String(index * 3 + 1)]);
    const metadata = DoneAbove.of(many).toMetadata('0');
    expect(metadata.length).to.be.within(3_990, 4_000);
    const back = DoneAbove.fromMetadata('0', metadata);
    expect([back.has('1'), back.has('2'), back.has('2800'), back.has('14998')]).to.deep.equal([true, false, true, false]);
  });

  it('is nothing where nothing is done, and where the metadata is not ours or broken', () => {
    expect(DoneAbove.none.toMetadata('7')).to.equal('');
    for (const metadata of [
      null,
      '',
      'anything',
      'tracelink/1 ',
      'tracelink/1 1',
      'tracelink/1 1+',
      'tracelink/1 1+1,',
      'tracelink/1 -1+1',
      `tracelink/1 ${'z'.repeat(20)}+0`,
      `tracelink/1 ${'1+1,'.repeat(2_000)}1+1`,
    ])
      expect(DoneAbove.fromMetadata('7', metadata).isEmpty, String(metadata)).to.equal(true);
    expect(DoneAbove.fromMetadata('-1', 'tracelink/1 1+1').isEmpty).to.equal(true);
  });
});
