import { expect } from 'chai';
import fc from 'fast-check';
import { checkFilter } from '../../src/dead-letters/dead-letter-filter.ts';
import { decodeEntry, encodeEntry, fitting, type OffsetSpan } from '../../src/replay/progress/progress-entry.ts';
import { UnsentOffsets } from '../../src/replay/progress/unsent-offsets.ts';

const everything = { filter: {}, maxReplays: 3 };
const spansOf = (count: number): OffsetSpan[] =>
  Array.from({ length: count }, (_, index) => ({ first: BigInt(index) * 1_000n, last: BigInt(index) * 1_000n + 5n }));

describe('what a commit of a replay keeps', () => {
  it('is read as it was written, and fits into what brokers take by default', () => {
    const filter = fc
      .record(
        { error: fc.string({ minLength: 1, maxLength: 300 }), since: fc.nat(), trace: fc.constant('a'.repeat(32)) },
        { requiredKeys: [] },
      )
      .map((data) => checkFilter(data, 'dead', 0).data);
    const spans = fc.nat(20).map(spansOf);
    fc.assert(
      fc.property(
        filter,
        fc.nat(9),
        spans,
        fc.option(fc.nat(), { nil: undefined }),
        fc.bigInt(0n, 10n ** 15n),
        (data, maxReplays, unsent, latest, position) => {
          const metadata = encodeEntry({ position, unsent, latest }, { filter: data, maxReplays });
          expect(Buffer.byteLength(metadata)).to.be.below(4_096);
          expect(decodeEntry(position, metadata)).to.deep.equal({ position, unsent, latest, filter: data, maxReplays });
        },
      ),
    );
  });

  it('leaves out the oldest offsets that do not fit, and a time that no number can hold', () => {
    const many = spansOf(1_000);
    const filter = checkFilter({ error: 'x'.repeat(1_980) }, 'dead', 0).data;
    const metadata = encodeEntry({ position: 7n, unsent: many, latest: Number.MAX_SAFE_INTEGER }, { filter, maxReplays: 3 });
    expect(Buffer.byteLength(metadata)).to.be.below(4_096);
    const entry = decodeEntry(7n, metadata);
    expect(entry?.latest).to.equal(undefined);
    expect(entry?.unsent).to.deep.equal(fitting(many));
    expect(entry?.unsent.at(-1)).to.deep.equal(many.at(-1));
    expect(entry?.unsent).to.have.length.above(90).and.below(1_000);
  });

  it('is nothing for the metadata of others', () => {
    const good = encodeEntry({ position: 1n, unsent: [], latest: 5 }, everything);
    for (const change of [
      { form: 'other/1' },
      { filter: null },
      { filter: { trace: 'x' } },
      { filter: { unknown: 1 } },
      { maxReplays: '3' },
      { latest: 0.5 },
      { unsent: '1,x' },
      { unsent: 7 },
    ])
      expect(decodeEntry(1n, JSON.stringify({ ...(JSON.parse(good) as object), ...change })), JSON.stringify(change)).to.equal(undefined);
    for (const other of [null, undefined, '', 'x', '{', '[]', 'tracelink/2 a b']) expect(decodeEntry(1n, other)).to.equal(undefined);
  });
});

describe('offsets that could not be sent', () => {
  it('are those that were not sent since, in spans that hold nothing that was', () => {
    const events = fc.array(fc.constantFrom('unsent', 'sent', 'passed'), { maxLength: 60 });
    fc.assert(
      fc.property(events, fc.array(fc.nat(59)), (outcomes, retried) => {
        const offsets = new UnsentOffsets();
        for (const [offset, outcome] of outcomes.entries()) {
          if (outcome === 'unsent') offsets.append(BigInt(offset));
          if (outcome === 'sent') offsets.close();
        }
        const before = offsets.spans.length;
        for (const [offset, outcome] of outcomes.entries()) if (outcome === 'passed') offsets.trim(BigInt(offset));
        expect(offsets.spans.length).to.be.at.most(before);
        for (const offset of retried) offsets.delete(BigInt(offset));
        for (const [offset, outcome] of outcomes.entries()) {
          if (outcome === 'passed') continue;
          const isUnsent = outcome === 'unsent' && !retried.includes(offset);
          expect(offsets.has(BigInt(offset)), `${offset} of ${outcomes.join()}`).to.equal(isUnsent);
        }
        for (const { first, last } of offsets.spans) expect(first <= last).to.equal(true);
      }),
    );
  });
});
