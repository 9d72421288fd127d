import { expect } from 'chai';
import { readBatchHeader } from '../../src/records/batch-header.ts';
import { crc32c } from '../../src/records/crc32c.ts';
import { batchOf, emptyLog, values } from './log-fixture.ts';

describe('PartitionLog', () => {
  it('gives each record the next offset, and reads whole batches from the one that contains the offset', () => {
    const { log, append } = emptyLog();
    expect(append(batchOf('a', 'b', 'c'))).to.deep.include({ error: 'NONE', baseOffset: 0, logAppendTime: -1, logStartOffset: 0 });
    expect(append(batchOf('d', 'e'))).to.deep.include({ error: 'NONE', baseOffset: 3 });
    expect(log.endOffset).to.equal(5);

    const read = log.read({ offset: 1, maxBytes: 1e6, minOne: true, isolation: 'read_uncommitted' });
    expect(read).to.deep.include({ error: 'NONE', highWatermark: 5, lastStableOffset: 5, logStartOffset: 0, abortedTransactions: null });
    expect(values(read)).to.deep.equal(['0 a', '1 b', '2 c', '3 d', '4 e']);
    expect(values(log.read({ offset: 4, maxBytes: 1e6, minOne: true, isolation: 'read_uncommitted' }))).to.deep.equal(['3 d', '4 e']);
  });

  it('respects maxBytes, and returns the first batch even so when minOne is set', () => {
    const { log, append } = emptyLog();
    const batch = batchOf('a');
    for (let i = 0; i < 5; i++) append(batch);
    const bytes = (maxBytes: number, minOne: boolean): number =>
      log.read({ offset: 0, maxBytes, minOne, isolation: 'read_uncommitted' }).bytes / batch.length;
    expect(bytes(3 * batch.length, false)).to.equal(3);
    expect(bytes(4 * batch.length - 1, false)).to.equal(3);
    expect(bytes(batch.length - 1, false)).to.equal(0);
    expect(bytes(batch.length - 1, true)).to.equal(1);
    expect(bytes(0, true)).to.equal(1);
  });

  it('rejects reads before the start or after the end, and returns no records at the end', () => {
    const { log, append } = emptyLog();
    append(batchOf('a', 'b'));
    log.deleteRecordsBefore(1);
    const read = (offset: number) => log.read({ offset, maxBytes: 1e6, minOne: true, isolation: 'read_uncommitted' });
    const refused = { error: 'OFFSET_OUT_OF_RANGE', records: [], highWatermark: -1, lastStableOffset: -1, logStartOffset: -1 };
    expect(read(0)).to.deep.include(refused);
    expect(read(3)).to.deep.include(refused);
    expect(read(2)).to.deep.include({ error: 'NONE', records: [], bytes: 0, highWatermark: 2, logStartOffset: 1 });
  });

  it('copies what it appends, and writes only the offset and the leader epoch into the copy', () => {
    const { log, append } = emptyLog();
    append(batchOf('before'));
    log.bumpLeaderEpoch();
    const sent = batchOf('a', 'b');
    const received = Buffer.from(sent);
    append(received);
    received.fill(0);

    const [stored] = log.read({ offset: 1, maxBytes: 1, minOne: true, isolation: 'read_uncommitted' }).records;
    expect(readBatchHeader(stored!)).to.deep.include({ baseOffset: 1, partitionLeaderEpoch: 1 });
    expect(stored!.subarray(17).equals(sent.subarray(17))).to.equal(true);
  });

  it('writes log-append time and a new checksum into the batch when the topic has log-append time', () => {
    const { log, append, clock } = emptyLog({ timestampType: 'LogAppendTime' });
    const before = clock.now();
    const { logAppendTime } = append(batchOf('a', 'b'));
    expect(logAppendTime).to.be.within(before, clock.now());

    const [stored] = log.read({ offset: 0, maxBytes: 1, minOne: true, isolation: 'read_uncommitted' }).records;
    expect(readBatchHeader(stored!)).to.deep.include({ attributes: 8, maxTimestamp: logAppendTime, crc: crc32c(stored!.subarray(21)) });
    expect(log.records().map(({ timestamp }) => timestamp)).to.deep.equal([logAppendTime, logAppendTime]);
  });

  it('clears the log-append-time attribute of a batch when the topic has create time', () => {
    const stamped = emptyLog({ timestampType: 'LogAppendTime' });
    stamped.append(batchOf('a'));
    const { log, append } = emptyLog();
    append(Buffer.from(stamped.log.read({ offset: 0, maxBytes: 1, minOne: true, isolation: 'read_uncommitted' }).records[0]!));
    const [stored] = log.read({ offset: 0, maxBytes: 1, minOne: true, isolation: 'read_uncommitted' }).records;
    expect(readBatchHeader(stored!)).to.deep.include({ attributes: 0, crc: crc32c(stored!.subarray(21)) });
  });

  it('applies a config change at once', () => {
    const { append, config } = emptyLog();
    const batch = batchOf('a');
    config.maxMessageBytes = batch.length - 1;
    expect(append(batch)).to.deep.include({ error: 'MESSAGE_TOO_LARGE', baseOffset: -1, logStartOffset: 0 });
    config.maxMessageBytes = batch.length;
    expect(append(batch).error).to.equal('NONE');
  });

  it('notifies listeners of each append, marker and change of the start, until they are removed', () => {
    const { log, append } = emptyLog();
    let changes = 0;
    let later = 0;
    const end = log.onChange(() => {
      changes += 1;
      // A fetch that is delayed again adds its next listener within the current one, which waits for the next change.
      if (changes === 1) log.onChange(() => (later += 1));
    });
    append(batchOf('a'));
    expect([changes, later]).to.deep.equal([1, 0]);
    append(Buffer.from('nonsense'));
    expect(changes).to.equal(1);
    log.appendControl({ producerId: 1, producerEpoch: 0, commit: true, coordinatorEpoch: 0 });
    expect(changes).to.equal(2);
    log.deleteRecordsBefore(1);
    log.deleteRecordsBefore(1);
    expect(changes).to.equal(3);
    log.bumpLeaderEpoch();
    log.delete();
    expect(changes).to.equal(5);
    end();
    end();
    append(batchOf('b'));
    expect([changes, later]).to.deep.equal([5, 5]);
  });

  it('returns decoded records as copies that may be written to', () => {
    const { log, append } = emptyLog();
    append(batchOf('a', 'b', 'c'));
    log.deleteRecordsBefore(1);
    for (const { value } of log.records()) value?.fill(0);
    expect(log.records().map(({ offset, value }) => `${offset} ${String(value)}`)).to.deep.equal(['1 b', '2 c']);
  });
});
