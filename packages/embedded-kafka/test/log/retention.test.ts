import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import type { PartitionLog } from '../../src/log/partition-log.ts';
import { encodeBatch } from '../../src/records/encode-batch.ts';
import { batchOf, emptyLog, values } from './log-fixture.ts';

function remaining(log: PartitionLog): string[] {
  return log.records().map(({ offset }) => `${offset}`);
}

/** Collects garbage now. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  gc();
}

describe('PartitionLog.applyRetention', () => {
  const at = (timestamp: number, count = 1): Buffer => encodeBatch({ records: Array.from({ length: count }, () => ({ timestamp })) });

  it('deletes whole batches from the start whose largest timestamp is older than retention.ms', () => {
    const { log, append } = emptyLog({ retentionMs: 1_000 });
    for (const timestamp of [100, 5_000, 200]) append(at(timestamp, 2));
    log.applyRetention(1_100);
    expect(log.startOffset).to.equal(0);
    log.applyRetention(1_101);
    // The third batch is too old too, but a log has no gaps.
    expect([log.startOffset, ...remaining(log)]).to.deep.equal([2, '2', '3', '4', '5']);
    log.applyRetention(6_001);
    expect([log.startOffset, log.endOffset, log.sizeInBytes, ...remaining(log)]).to.deep.equal([6, 6, 0]);
    expect(append(at(9_000)).baseOffset).to.equal(6);
  });

  it('deletes the oldest batches while retention.bytes remain without them', () => {
    const { log, append } = emptyLog({ retentionMs: -1 });
    const batch = at(0);
    for (let i = 0; i < 5; i++) append(batch);
    const { config } = emptyLog();
    expect(config.retentionBytes).to.equal(-1);
    log.applyRetention(Number.MAX_SAFE_INTEGER);
    expect(log.startOffset).to.equal(0);

    const limited = emptyLog({ retentionMs: -1, retentionBytes: 3 * batch.length - 1 });
    for (let i = 0; i < 5; i++) limited.append(batch);
    limited.log.applyRetention(0);
    expect([limited.log.startOffset, limited.log.sizeInBytes]).to.deep.equal([2, 3 * batch.length]);
    limited.config.retentionBytes = 0;
    limited.log.applyRetention(0);
    expect([limited.log.startOffset, limited.log.sizeInBytes]).to.deep.equal([5, 0]);
  });

  it('never expires a batch without a timestamp by age', () => {
    const { log, append } = emptyLog({ retentionMs: 0 });
    append(at(-1));
    log.applyRetention(1e15);
    expect(log.startOffset).to.equal(0);
  });

  it('deletes nothing from a topic that is only compacted', () => {
    const { log, config } = emptyLog({ retentionMs: 0, cleanupPolicy: 'compact' });
    const keyed = encodeBatch({ records: [{ key: Buffer.from('k'), timestamp: 0 }] });
    log.append(keyed, { allowTransactional: () => 'NONE' });
    log.applyRetention(1e15);
    expect(log.startOffset).to.equal(0);
    expect(log.deleteRecordsBefore(1)).to.deep.equal({ error: 'POLICY_VIOLATION', lowWatermark: -1 });
    config.cleanupPolicy = 'compact,delete';
    log.applyRetention(1e15);
    expect(log.startOffset).to.equal(1);
  });

  it('frees the memory of deleted batches', async () => {
    const { log, append } = emptyLog({ retentionMs: -1, retentionBytes: 0 });
    const large = encodeBatch({ records: [{ value: Buffer.alloc(900_000), timestamp: 0 }] });
    // A separate function, so that no local variable of this one keeps the last batch alive.
    const deleteBatch = (offset: number): WeakRef<ArrayBufferLike>[] => {
      append(large);
      const { records } = log.read({ offset, maxBytes: 1, minOne: true, isolation: 'read_uncommitted' });
      log.applyRetention(0);
      return records.map(({ buffer }) => new WeakRef(buffer));
    };
    const memory = Array.from({ length: 20 }, (_, offset) => deleteBatch(offset)).flat();
    // A weak reference keeps its target until the job that created it ends.
    await setImmediate();
    collectGarbage();
    expect(log.sizeInBytes).to.equal(0);
    expect(memory).to.have.length(20);
    expect(memory.filter((reference) => reference.deref() !== undefined)).to.deep.equal([]);
  });
});

describe('PartitionLog.deleteRecordsBefore', () => {
  it('moves the start, also into a batch, whose bytes stay until all its records are deleted', () => {
    const { log, append } = emptyLog();
    append(batchOf('a', 'b', 'c'));
    append(batchOf('d'));
    const bytes = log.sizeInBytes;
    expect(log.deleteRecordsBefore(2)).to.deep.equal({ error: 'NONE', lowWatermark: 2 });
    expect([log.startOffset, log.sizeInBytes]).to.deep.equal([2, bytes]);
    expect(values(log.read({ offset: 2, maxBytes: 1e6, minOne: true, isolation: 'read_uncommitted' }))).to.deep.equal([
      '0 a',
      '1 b',
      '2 c',
      '3 d',
    ]);
    expect(log.deleteRecordsBefore(1)).to.deep.equal({ error: 'NONE', lowWatermark: 2 });
    expect(log.deleteRecordsBefore(3)).to.deep.equal({ error: 'NONE', lowWatermark: 3 });
    expect(log.sizeInBytes).to.equal(batchOf('d').length);
  });

  it('deletes all records for -1, and rejects offsets out of range', () => {
    const { log, append } = emptyLog();
    append(batchOf('a', 'b'));
    expect(log.deleteRecordsBefore(3)).to.deep.equal({ error: 'OFFSET_OUT_OF_RANGE', lowWatermark: -1 });
    expect(log.deleteRecordsBefore(-2)).to.deep.equal({ error: 'OFFSET_OUT_OF_RANGE', lowWatermark: -1 });
    expect(log.deleteRecordsBefore(-1)).to.deep.equal({ error: 'NONE', lowWatermark: 2 });
    expect([log.startOffset, log.endOffset, log.sizeInBytes]).to.deep.equal([2, 2, 0]);
  });
});
