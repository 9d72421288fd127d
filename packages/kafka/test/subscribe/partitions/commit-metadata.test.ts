import { expect } from 'chai';
import fc from 'fast-check';
import { decodeCommitMetadata, encodeCommitMetadata } from '../../../src/subscribe/partitions/commit-metadata.ts';
import { CompletedOffsets, type CompletedRange } from '../../../src/subscribe/partitions/completed-offsets.ts';

describe('commit metadata', () => {
  /** Ascending ranges with gaps, beyond the committed offset. */
  const commits = fc
    .record({
      committed: fc.bigInt({ min: 0n, max: 2n ** 62n }),
      steps: fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 6n }), fc.bigInt({ min: 0n, max: 10n ** 6n })), { maxLength: 200 }),
      maxTimestamp: fc.option(fc.nat({ max: 2 ** 48 }), { nil: undefined }),
      fingerprint: fc.stringMatching(/^[\w-]{10}$/),
    })
    .map(({ steps, ...commit }) => {
      let position = commit.committed;
      const ranges = steps.map(([distance, length]): CompletedRange => {
        const first = position + distance + 1n;
        position = first + length;
        return { first, last: position };
      });
      return { ...commit, ranges };
    });

  it('is decoded from a commit, as much of it as Kafka accepts', () => {
    fc.assert(
      fc.property(commits, ({ committed, ranges, maxTimestamp, fingerprint }) => {
        const text = encodeCommitMetadata(committed, fingerprint, maxTimestamp, CompletedOffsets.of(ranges));
        expect(Buffer.byteLength(text)).to.be.at.most(4_000);
        const back = decodeCommitMetadata(committed, text);
        expect(back).to.include({ fingerprint, maxTimestamp });
        const kept = back?.completed ?? [];
        expect(kept).to.deep.equal(ranges.slice(0, kept.length));
        if (ranges.length <= 150) expect(kept).to.have.length(ranges.length);
      }),
    );
  });

  it('omits the last ranges when it is too large for Kafka, and is still well formed', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => ({ first: BigInt(index * 3 + 1), last: BigInt(index * 3 + 1) }));
    const text = encodeCommitMetadata(0n, 'fingerprint', 7, CompletedOffsets.of(many));
    expect(text.length).to.be.within(3_990, 4_000);
    const { completed = [] } = decodeCommitMetadata(0n, text) ?? {};
    expect(completed).to.deep.equal(many.slice(0, completed.length));
    expect(completed.length).to.be.greaterThan(900);
  });

  it('is unknown when another program wrote it, when it is missing, or when it is damaged', () => {
    for (const metadata of [
      null,
      undefined,
      '',
      'anything',
      'tracelink/1 1+1',
      'tracelink/2',
      'tracelink/2 f',
      'tracelink/2 f !',
      'tracelink/2 f 7 ',
      'tracelink/2 f 7 1',
      'tracelink/2 f 7 1+',
      'tracelink/2 f 7 1+1,',
      'tracelink/2 f 7 -1+1',
      'tracelink/2 f 7 1+1+1',
      'tracelink/2 f 7 1+1 more',
      `tracelink/2 f 7 ${'z'.repeat(20)}+0`,
      `tracelink/2 f 7 ${'1+1,'.repeat(2_000)}1+1`,
    ])
      expect(decodeCommitMetadata(7n, metadata), String(metadata)).to.equal(undefined);
  });
});
