import fc from 'fast-check';
import { expect } from 'chai';
import { readBatchHeader, CorruptRecordsError } from '../../src/records/batch-header.ts';
import { crc32c } from '../../src/records/crc32c.ts';
import { type BatchProducer, encodeBatch, type RecordToEncode } from '../../src/records/encode-batch.ts';
import { consume, batchesOf, emptyLog } from './log-fixture.ts';

function keyed(pairs: readonly string[], producer?: BatchProducer, compression: 'none' | 'zstd' = 'none'): Buffer {
  const records = pairs.map((pair): RecordToEncode => {
    const [key, value] = pair.split('=');
    return { key: Buffer.from(key!), value: value === undefined ? null : Buffer.from(value), timestamp: Date.now(), headers: [] };
  });
  return encodeBatch({ records, compression, ...(producer && { producer }) });
}

function transactional(id: number, sequence: number): BatchProducer {
  return { id, epoch: 0, sequence, transactional: true };
}

describe('PartitionLog.compact', () => {
  it('keeps the last record of each key, at its own offset, in valid batches', () => {
    const { log, append } = emptyLog({ cleanupPolicy: 'compact' });
    append(keyed(['a=1', 'b=1', 'a=2'], undefined, 'zstd'));
    append(keyed(['b=2']));
    append(keyed(['b=3', 'c=1']));
    log.compact();
    expect(log.records().map(({ offset, key, value }) => `${offset} ${String(key)}=${String(value)}`)).to.deep.equal([
      '2 a=2',
      '4 b=3',
      '5 c=1',
    ]);
    expect([log.startOffset, log.endOffset]).to.deep.equal([0, 6]);
    for (const batch of batchesOf(log.read({ offset: 0, maxBytes: 1e6, minOne: true, isolation: 'read_uncommitted' }))) {
      const { baseOffset, lastOffsetDelta, crc } = readBatchHeader(batch);
      expect(crc).to.equal(crc32c(batch.subarray(21)));
      // The last offset of a batch does not change, so that readers continue after it.
      expect(lastOffsetDelta).to.equal(baseOffset === 0 ? 2 : 1);
    }
  });

  it('leaves a log that is read across a gap and appended to at the end', () => {
    const { log, append } = emptyLog({ cleanupPolicy: 'compact' });
    for (let i = 0; i < 5; i++) append(keyed([`a=${i}`]));
    log.compact();
    for (let offset = 0; offset <= 4; offset++) expect(consume(log, offset, 'read_uncommitted', 1)).to.deep.equal(['4']);
    expect(consume(log, 5, 'read_uncommitted', 1)).to.deep.equal([]);
    expect(append(keyed(['b=1'])).baseOffset).to.equal(5);
    // The batch of "a" stays, the next one goes: a reader of its offset receives what follows.
    append(keyed(['b=2']));
    log.compact();
    expect(consume(log, 5, 'read_uncommitted', 1)).to.deep.equal(['2']);
  });

  it('keeps a tombstone for delete.retention.ms, then deletes it', () => {
    const { log, append, clock, config } = emptyLog({ cleanupPolicy: 'compact' });
    append(keyed(['a=1', 'a', 'b=1']));
    log.compact();
    expect(log.records().map(({ offset }) => offset)).to.deep.equal([1, 2]);
    clock.advance(86_400_000 - 10_000);
    log.compact();
    expect(log.records()).to.have.length(2);
    config.deleteRetentionMs = 1_000;
    log.compact();
    expect(log.records().map(({ offset }) => offset)).to.deep.equal([2]);
  });

  it('ignores aborted records, does not touch open transactions, and keeps the markers', () => {
    const { log, append } = emptyLog({ cleanupPolicy: 'compact' });
    append(keyed(['a=kept'])); // 0
    append(keyed(['a=aborted'], transactional(1, 0))); // 1
    append(keyed(['d=beside'], transactional(3, 0))); // 2
    log.appendControl({ producerId: 1, producerEpoch: 0, commit: false, coordinatorEpoch: 0 }); // 3
    log.appendControl({ producerId: 3, producerEpoch: 0, commit: true, coordinatorEpoch: 0 }); // 4
    append(keyed(['b=old', 'b=new', 'c=1'], transactional(1, 1))); // 5 6 7
    log.appendControl({ producerId: 1, producerEpoch: 0, commit: true, coordinatorEpoch: 0 }); // 8
    append(keyed(['a=open'], transactional(2, 0))); // 9
    log.compact();
    expect(log.records().map(({ offset, sequence, isTransactional }) => [offset, sequence, isTransactional])).to.deep.equal([
      [0, -1, false],
      [2, 0, true],
      [6, 2, true],
      [7, 3, true],
      [9, 0, true],
    ]);
    expect(consume(log, 0, 'read_committed', 1e6)).to.deep.equal(['kept', 'beside', 'new', '1']);
    const markers = batchesOf(log.read({ offset: 0, maxBytes: 1e6, minOne: true, isolation: 'read_uncommitted' })).map((batch) =>
      readBatchHeader(batch),
    );
    expect(markers.map(({ baseOffset }) => baseOffset)).to.deep.equal([0, 2, 3, 4, 5, 8, 9]);
    // The producers continue with their next sequences.
    expect(append(keyed(['d=1'], transactional(2, 1))).error).to.equal('NONE');
  });

  it('keeps log-append time in the batches that it rewrites', () => {
    const { log, append } = emptyLog({ cleanupPolicy: 'compact', timestampType: 'LogAppendTime' });
    const { logAppendTime } = append(keyed(['a=1', 'a=2', 'b=1']));
    log.compact();
    expect(log.records().map(({ timestamp }) => timestamp)).to.deep.equal([logAppendTime, logAppendTime]);
    const [batch] = log.read({ offset: 0, maxBytes: 1e6, minOne: true, isolation: 'read_uncommitted' }).records;
    expect(readBatchHeader(batch!)).to.include({ attributes: 8, maxTimestamp: logAppendTime });
  });

  it('treats records without a key, from before the topic was compacted, as one key', () => {
    const { log, append, config } = emptyLog();
    append(
      encodeBatch({
        records: [
          { timestamp: 1, value: Buffer.from('x') },
          { timestamp: 1, value: Buffer.from('y') },
        ],
      }),
    );
    append(keyed(['none=1']));
    log.compact();
    expect(log.records()).to.have.length(3);
    config.cleanupPolicy = 'delete,compact';
    log.compact();
    expect(log.records().map(({ value }) => String(value))).to.deep.equal(['y', '1']);
  });

  it('changes nothing when a batch cannot be decoded', () => {
    const { log, append, config } = emptyLog();
    append(encodeBatch({ records: [{ timestamp: 1 }], attributes: 1 }));
    const size = log.sizeInBytes;
    config.cleanupPolicy = 'compact';
    expect(() => log.compact()).to.throw(CorruptRecordsError);
    expect(log.sizeInBytes).to.equal(size);
  });

  it('leaves the last value of each key to a consumer', () => {
    const pair = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(fc.nat(9)));
    const state = (pairs: readonly { readonly key: string; readonly value: string | undefined }[]): object =>
      Object.fromEntries(new Map(pairs.map(({ key, value }) => [key, value])));
    fc.assert(
      fc.property(fc.array(fc.array(pair, { minLength: 1, maxLength: 5 }), { maxLength: 20 }), fc.nat(20), (batches, pause) => {
        const { log, append } = emptyLog({ cleanupPolicy: 'compact' });
        batches.forEach((pairs, i) => {
          append(keyed(pairs.map(([key, value]) => (value === null ? key : `${key}=${value}`))));
          if (i === pause) log.compact();
        });
        log.compact();
        const left = log.records().map(({ key, value }) => ({ key: String(key), value: value?.toString() }));
        const all = batches.flat().map(([key, value]) => ({ key, value: value === null ? undefined : `${value}` }));
        expect(state(left)).to.deep.equal(state(all));
        expect(left.length).to.equal(Object.keys(state(all)).length);
      }),
    );
  });
});
