import { expect } from 'chai';
import type { PartitionLog } from '../../src/log/partition-log.ts';
import type { ReadResult } from '../../src/log/log-requests.ts';
import { isControl, readBatchHeader } from '../../src/records/batch-header.ts';
import { batchesOf, batchOf, emptyLog, producerBatch, values } from './log-fixture.ts';

function end(log: PartitionLog, producerId: number, commit: boolean, producerEpoch = 0): void {
  log.appendControl({ producerId, producerEpoch, commit, coordinatorEpoch: 0 });
}

function committed(log: PartitionLog, offset = 0, maxBytes = 1e6): ReadResult {
  return log.read({ offset, maxBytes, minOne: true, isolation: 'read_committed' });
}

const inTransaction = (id: number, sequence = 0): Buffer => producerBatch(1, { id, sequence, transactional: true });

describe('PartitionLog with transactions', () => {
  it('returns records up to the oldest open transaction for read_committed, and up to the end otherwise', () => {
    const { log, append } = emptyLog();
    append(batchOf('before'));
    append(inTransaction(1));
    append(batchOf('between'));
    append(inTransaction(2));
    expect([log.lastStableOffset, log.endOffset]).to.deep.equal([1, 4]);
    expect(values(committed(log))).to.deep.equal(['0 before']);
    expect(committed(log)).to.deep.include({ highWatermark: 4, lastStableOffset: 1, abortedTransactions: [] });
    expect(committed(log, 2)).to.deep.include({ error: 'NONE', records: [], abortedTransactions: [] });
    expect(log.read({ offset: 0, maxBytes: 1e6, minOne: true, isolation: 'read_uncommitted' }).records).to.have.length(1);
    expect(batchesOf(log.read({ offset: 0, maxBytes: 1e6, minOne: true, isolation: 'read_uncommitted' }))).to.have.length(4);
    expect(log.openTransactions()).to.deep.equal([
      { producerId: 1, producerEpoch: 0, firstOffset: 1 },
      { producerId: 2, producerEpoch: 0, firstOffset: 3 },
    ]);

    end(log, 1, true);
    expect(log.lastStableOffset).to.equal(3);
    end(log, 2, true);
    expect(log.lastStableOffset).to.equal(6);
    expect(log.openTransactions()).to.deep.equal([]);
    expect(committed(log).abortedTransactions).to.deep.equal([]);
  });

  it('appends a marker that takes one offset and that readers receive as a batch', () => {
    const { log, append } = emptyLog();
    append(inTransaction(1));
    log.bumpLeaderEpoch();
    end(log, 1, false);
    const marker = readBatchHeader(batchesOf(committed(log))[1]!);
    expect(isControl(marker)).to.equal(true);
    expect(marker).to.deep.include({ baseOffset: 1, partitionLeaderEpoch: 1, producerId: 1 });
    expect(log.endOffset).to.equal(2);
    expect(log.records()).to.have.length(1);
  });

  it('lists each aborted transaction whose records or marker the reader receives, and no others', () => {
    const { log, append } = emptyLog();
    append(inTransaction(1)); // 0
    append(inTransaction(2)); // 1
    end(log, 2, false); // 2
    end(log, 1, false); // 3
    append(inTransaction(1, 1)); // 4
    end(log, 1, true); // 5
    append(inTransaction(2, 1)); // 6
    end(log, 2, false); // 7
    const first = { producerId: 2, firstOffset: 1 };
    const second = { producerId: 1, firstOffset: 0 };
    const third = { producerId: 2, firstOffset: 6 };
    expect(committed(log).abortedTransactions).to.deep.equal([first, second, third]);
    expect(committed(log, 2).abortedTransactions).to.deep.equal([first, second, third]);
    expect(committed(log, 3).abortedTransactions).to.deep.equal([second, third]);
    expect(committed(log, 4).abortedTransactions).to.deep.equal([third]);
    expect(committed(log, 8).abortedTransactions).to.deep.equal([]);
    // One batch: a transaction that starts after it is not listed.
    expect(committed(log, 0, 1).abortedTransactions).to.deep.equal([second]);
    expect(committed(log, 4, 1).abortedTransactions).to.deep.equal([]);
  });

  it('asks the coordinator about a transactional batch, and appends none that it rejects', () => {
    const { log, append } = emptyLog();
    expect(append(inTransaction(1), 'INVALID_TXN_STATE')).to.deep.include({ error: 'INVALID_TXN_STATE', baseOffset: -1 });
    expect(append(producerBatch(1, { id: 1 }), 'INVALID_TXN_STATE').error).to.equal('NONE');
    expect(log.openTransactions()).to.deep.equal([]);
    const asked: number[][] = [];
    log.append(producerBatch(1, { id: 5, epoch: 3, transactional: true }), {
      allowTransactional: (...producer) => {
        asked.push(producer);
        return 'NONE';
      },
    });
    expect(asked).to.deep.equal([[5, 3]]);
  });

  it('rejects a non-transactional batch while its producer has an open transaction', () => {
    const { log, append } = emptyLog();
    append(inTransaction(1));
    expect(append(producerBatch(1, { id: 1, sequence: 1 })).error).to.equal('INVALID_TXN_STATE');
    end(log, 1, true);
    expect(append(producerBatch(1, { id: 1, sequence: 1 })).error).to.equal('NONE');
  });

  it('fences a producer by the newer epoch of a marker, and expects sequence 0 next', () => {
    const { log, append } = emptyLog();
    append(inTransaction(1));
    end(log, 1, false, 1);
    expect(append(inTransaction(1, 1)).error).to.equal('INVALID_PRODUCER_EPOCH');
    expect(append(producerBatch(1, { id: 1, epoch: 1, sequence: 1 })).error).to.equal('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(append(producerBatch(1, { id: 1, epoch: 1, sequence: 0 })).error).to.equal('NONE');
  });

  it('appends the marker of a transaction that wrote nothing, and does not list the transaction', () => {
    const { log } = emptyLog();
    end(log, 1, false);
    expect(log.endOffset).to.equal(1);
    expect(committed(log).abortedTransactions).to.deep.equal([]);
    expect(log.hasOpenTransaction(1)).to.equal(false);
  });

  it('keeps the last stable offset at or after the start when records of an open transaction are deleted', () => {
    const { log, append } = emptyLog();
    append(inTransaction(1));
    append(batchOf('a'));
    log.deleteRecordsBefore(2);
    expect([log.startOffset, log.lastStableOffset, log.endOffset]).to.deep.equal([2, 2, 2]);
    append(batchOf('b'));
    expect(log.lastStableOffset).to.equal(2);
    expect(log.hasOpenTransaction(1)).to.equal(true);
    end(log, 1, false);
    expect(log.lastStableOffset).to.equal(4);
  });

  it('returns no records of an open transaction when the start moves into its batch', () => {
    const { log, append } = emptyLog();
    append(producerBatch(2, { transactional: true }));
    log.deleteRecordsBefore(1);
    expect(log.lastStableOffset).to.equal(1);
    expect(committed(log, 1)).to.deep.include({ error: 'NONE', records: [], abortedTransactions: [] });
  });

  it('forgets aborted transactions together with their records', () => {
    const { log, append } = emptyLog();
    append(inTransaction(1));
    end(log, 1, false);
    log.deleteRecordsBefore(1);
    expect(committed(log, 1).abortedTransactions).to.have.length(1);
    append(batchOf('a'));
    log.deleteRecordsBefore(2);
    expect(committed(log, 2).abortedTransactions).to.deep.equal([]);
  });
});
