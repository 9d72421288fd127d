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
