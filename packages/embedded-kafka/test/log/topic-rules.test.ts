import { expect } from 'chai';
import { encodeBatch } from '../../src/records/encode-batch.ts';
import { emptyLog } from './log-fixture.ts';

describe('PartitionLog with topic configs for records', () => {
  it('rejects timestamps too far ahead of its clock, unless it writes its own', () => {
    const { append, clock, config } = emptyLog();
    const batch = encodeBatch({ records: [{ timestamp: clock.now() }, { timestamp: clock.now() + 60_000 }, { timestamp: 0 }] });
    expect(append(batch).error).to.equal('NONE');
    config.timestampAfterMaxMs = 30_000;
    expect(append(batch)).to.deep.include({ error: 'INVALID_TIMESTAMP', baseOffset: -1 });
    config.timestampType = 'LogAppendTime';
    expect(append(batch).error).to.equal('NONE');
    config.timestampType = 'CreateTime';
    clock.advance(30_000);
    expect(append(batch).error).to.equal('NONE');
  });

  it('rejects timestamps too far behind its clock, compressed or not, unless there is none or it writes its own', () => {
    const { append, clock, config } = emptyLog({ timestampBeforeMaxMs: 30_000 });
    const now = clock.now();
    for (const compression of ['none', 'zstd'] as const) {
      // The clock goes on while the test runs, so no timestamp is close to the limit.
      config.timestampType = 'CreateTime';
      const send = (...timestamps: number[]): string =>
        append(encodeBatch({ compression, records: timestamps.map((timestamp) => ({ timestamp })) })).error;
      expect(send(now, now - 20_000)).to.equal('NONE');
      expect(send(now, now - 40_000)).to.equal('INVALID_TIMESTAMP');
      expect(send(-1)).to.equal('NONE');
      config.timestampType = 'LogAppendTime';
      expect(send(now - 40_000)).to.equal('NONE');
    }
  });

  it('rejects a record of a compressed batch that is too large when it is decompressed', () => {
    const { append, config } = emptyLog();
    const batch = (compression: 'none' | 'gzip' | 'zstd', size: number): Buffer =>
      encodeBatch({ compression, records: [60, size, 60].map((length) => ({ timestamp: 1_000, value: Buffer.alloc(length) })) });
    // A record without a key and headers has seven bytes beside a value of this length.
    for (const [compression, size, error] of [
      ['gzip', 93, 'NONE'],
      ['gzip', 94, 'INVALID_RECORD'],
      ['zstd', 94, 'INVALID_RECORD'],
      ['none', 94, 'NONE'],
    ] as const) {
      config.maxDecompressedMessageBytes = 100;
      expect(append(batch(compression, size)).error).to.equal(error);
      config.maxDecompressedMessageBytes = 2_147_483_639;
      expect(append(batch(compression, size)).error).to.equal('NONE');
    }
  });

  it('rejects records without a key in a compacted topic, compressed or not, and batches that it cannot decode', () => {
    const { append, config } = emptyLog({ cleanupPolicy: 'compact' });
    for (const compression of ['none', 'zstd'] as const) {
      const key = Buffer.from('k');
      const records = [{ key, timestamp: 1 }, { timestamp: 1 }];
      expect(append(encodeBatch({ records, compression })).error).to.equal('INVALID_RECORD');
      expect(append(encodeBatch({ records: [{ key, timestamp: 1 }], compression })).error).to.equal('NONE');
    }
    const sealed = encodeBatch({ records: [{ timestamp: 1 }], attributes: 1 });
    expect(append(sealed).error).to.equal('CORRUPT_MESSAGE');
    config.cleanupPolicy = 'delete';
    expect(append(sealed).error).to.equal('NONE');
  });
});
