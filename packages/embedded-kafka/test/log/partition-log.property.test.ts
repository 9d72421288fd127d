import fc from 'fast-check';
import { expect } from 'chai';
import { readBatchHeader } from '../../src/records/batch-header.ts';
import { encodeBatch } from '../../src/records/encode-batch.ts';
import { consume, emptyLog, type LogUnderTest } from './log-fixture.ts';
import { NaiveLog } from './naive-log.ts';

type Step =
  | { readonly do: 'append'; readonly timestamps: number[]; readonly compression: 'none' | 'gzip' | 'zstd' }
  | { readonly do: 'write'; readonly producerId: number; readonly timestamps: number[] }
  | { readonly do: 'end'; readonly producerId: number; readonly commit: boolean }
  | { readonly do: 'delete'; readonly share: number }
  | { readonly do: 'retain'; readonly share: number }
  | { readonly do: 'bump' };

const timestamps = fc.array(fc.integer({ min: 1_000, max: 1_050 }), { minLength: 1, maxLength: 6 });
const producerId = fc.integer({ min: 1, max: 3 });
const share = fc.nat(100);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('append' as const), timestamps, compression: fc.constantFrom('none', 'gzip', 'zstd') }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), producerId, timestamps }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), producerId, commit: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), share }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retain' as const), share }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bump' as const) }) },
);

/** Applies a step to both. */
function run(taken: Step, { log, append, config, clock }: LogUnderTest, naive: NaiveLog, sequences: Map<number, number>): void {
  const records = (times: readonly number[]) => times.map((timestamp, i) => ({ timestamp, value: Buffer.from(`${naive.end + i}`) }));
  switch (taken.do) {
    case 'append':
      expect(append(encodeBatch({ records: records(taken.timestamps), compression: taken.compression })).baseOffset).to.equal(naive.end);
      return naive.append(taken.timestamps);
    case 'write': {
      const sequence = sequences.get(taken.producerId) ?? 0;
      const producer = { id: taken.producerId, epoch: 0, sequence, transactional: true };
      const batch = encodeBatch({ records: records(taken.timestamps), producer });
      expect(append(batch).baseOffset).to.equal(naive.end);
      expect(append(batch), 'the same again').to.include({ error: 'NONE', baseOffset: naive.end });
      sequences.set(taken.producerId, sequence + taken.timestamps.length);
      return naive.append(taken.timestamps, taken.producerId);
    }
    case 'end':
      log.appendControl({ producerId: taken.producerId, producerEpoch: 0, commit: taken.commit, coordinatorEpoch: 0 });
      return naive.endTransaction(taken.producerId, taken.commit, readBatchHeader(lastBatch(log)).maxTimestamp);
    case 'delete': {
      const offset = naive.start + Math.floor(((naive.end - naive.start) * taken.share) / 100);
      expect(log.deleteRecordsBefore(offset)).to.deep.equal({ error: 'NONE', lowWatermark: offset });
      naive.start = offset;
      return;
    }
    case 'retain':
      config.retentionBytes = Math.floor((log.sizeInBytes * taken.share) / 100);
      log.applyRetention(clock.now());
      // The model knows no batch boundaries: only the order of the remaining offsets counts.
      expect(log.startOffset).to.be.within(naive.start, naive.end);
      naive.start = log.startOffset;
      return;
    case 'bump':
      return log.bumpLeaderEpoch();
  }
}

function lastBatch(log: LogUnderTest['log']): Buffer {
  return log.read({ offset: log.endOffset - 1, maxBytes: 0, minOne: true, isolation: 'read_uncommitted' }).records[0]!;
}

describe('PartitionLog compared to a plain list of records', () => {
  it('holds and returns the same records after any sequence of operations', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), fc.integer({ min: 0, max: 2_000 }), share, (steps, maxBytes, from) => {
        const tested = emptyLog({ retentionMs: -1 });
        const { log } = tested;
        const naive = new NaiveLog();
        const sequences = new Map<number, number>();
        for (const taken of steps) {
          run(taken, tested, naive, sequences);
          expect([log.startOffset, log.lastStableOffset, log.endOffset]).to.deep.equal([naive.start, naive.stable, naive.end]);
        }
        for (const offset of [naive.start, naive.start + Math.floor(((naive.end - naive.start) * from) / 100)]) {
          expect(consume(log, offset, 'read_uncommitted', maxBytes)).to.deep.equal(naive.consumed(offset, false));
          expect(consume(log, offset, 'read_committed', maxBytes)).to.deep.equal(naive.consumed(offset, true));
        }
        for (const timestamp of [0, 1_000 + (from % 50), 1_050, 1_051]) {
          expect(log.offsetForTimestamp(timestamp, 'read_uncommitted').offset).to.equal(naive.since(timestamp));
        }
        expect(log.offsetForTimestamp(-3, 'read_uncommitted').offset).to.equal(naive.latest());
        expect(log.records().map(({ value }) => String(value))).to.deep.equal(naive.consumed(naive.start, false));
      }),
      { numRuns: 500 },
    );
  });

  it('reads the same records from every offset over many segments', () => {
    const { log, append } = emptyLog();
    const naive = new NaiveLog();
    // Batches of 100 B to 30 kB; segments start at 16 KiB.
    for (let i = 0; i < 300; i++) {
      const padding = Buffer.alloc((i * 7_919) % 30_000);
      const records = [{ value: Buffer.from(`${naive.end}`), timestamp: 1_000, headers: [{ key: 'padding', value: padding }] }];
      append(encodeBatch({ records }));
      naive.append([1_000]);
    }
    for (let offset = 0; offset <= naive.end; offset += 1) {
      expect(consume(log, offset, 'read_committed', 1_000_000)).to.deep.equal(naive.consumed(offset, true));
      // As many batches as fit, also across segments, and no more.
      const maxBytes = 100_000;
      const { bytes } = log.read({ offset, maxBytes, minOne: true, isolation: 'read_uncommitted' });
      expect(bytes).to.be.at.most(maxBytes);
      if (offset < naive.end - 10) expect(bytes).to.be.above(maxBytes - 31_000);
    }
  });
});
