import { expect } from 'chai';
import { emptyLog, producerBatch } from './log-fixture.ts';

const DAY = 86_400_000;

describe('PartitionLog with idempotent producers', () => {
  it('accepts an unknown producer at any sequence, then only the next sequence', () => {
    const { append } = emptyLog();
    expect(append(producerBatch(2, { sequence: 40 }))).to.deep.include({ error: 'NONE', baseOffset: 0 });
    expect(append(producerBatch(3, { sequence: 42 }))).to.deep.include({ error: 'NONE', baseOffset: 2 });
    expect(append(producerBatch(1, { sequence: 46 }))).to.deep.include({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', baseOffset: -1 });
    expect(append(producerBatch(1, { sequence: 44 })).error).to.equal('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(append(producerBatch(1, { sequence: 45 }))).to.deep.include({ error: 'NONE', baseOffset: 5 });
  });

  it('answers duplicates of the last five batches with their first offset, and appends none of them twice', () => {
    const { log, append } = emptyLog();
    for (let sequence = 0; sequence < 12; sequence += 2) append(producerBatch(2, { sequence }));
    const repeated = [0, 2, 4, 6, 8, 10].map((sequence) => append(producerBatch(2, { sequence })));
    expect(repeated.map(({ error, baseOffset }) => (error === 'NONE' ? baseOffset : error))).to.deep.equal([
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      2,
      4,
      6,
      8,
      10,
    ]);
    expect(log.endOffset).to.equal(12);
    // The same base sequence with another record count is another batch.
    expect(append(producerBatch(1, { sequence: 10 })).error).to.equal('OUT_OF_ORDER_SEQUENCE_NUMBER');
  });

  it('answers a duplicate with the log-append time of the original', () => {
    const { append, clock } = emptyLog({ timestampType: 'LogAppendTime' });
    const { logAppendTime } = append(producerBatch(1));
    clock.advance(1_000);
    expect(append(producerBatch(1))).to.deep.include({ error: 'NONE', baseOffset: 0, logAppendTime });
  });

  it('rejects an older epoch, and requires sequence 0 for a newer one', () => {
    const { append } = emptyLog();
    append(producerBatch(1, { epoch: 1, sequence: 5 }));
    expect(append(producerBatch(1, { epoch: 0, sequence: 6 }))).to.deep.include({
      error: 'INVALID_PRODUCER_EPOCH',
      errorMessage: 'Epoch of producer 7 is 0, which is smaller than the last seen epoch 1',
    });
    expect(append(producerBatch(1, { epoch: 2, sequence: 6 })).error).to.equal('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(append(producerBatch(1, { epoch: 2, sequence: 0 })).error).to.equal('NONE');
    // Batches of the older epoch are not recognised as duplicates: they are rejected.
    expect(append(producerBatch(1, { epoch: 1, sequence: 5 })).error).to.equal('INVALID_PRODUCER_EPOCH');
  });

  it('wraps the sequence around to 0, also within a batch', () => {
    const { append } = emptyLog();
    append(producerBatch(3, { sequence: 2 ** 31 - 2 }));
    expect(append(producerBatch(1, { sequence: 1 })).error).to.equal('NONE');
    expect(append(producerBatch(3, { sequence: 2 ** 31 - 2 }))).to.deep.include({ error: 'NONE', baseOffset: 0 });
  });

  it('continues at 0 after a batch that ends with the largest sequence', () => {
    const { append } = emptyLog();
    append(producerBatch(1, { sequence: 2 ** 31 - 1 }));
    expect(append(producerBatch(1, { sequence: 0 })).error).to.equal('NONE');
  });

  it('tracks each producer separately', () => {
    const { append } = emptyLog();
    expect(append(producerBatch(1, { id: 1 })).baseOffset).to.equal(0);
    expect(append(producerBatch(1, { id: 2 })).baseOffset).to.equal(1);
    expect(append(producerBatch(1, { id: 1, sequence: 1 })).baseOffset).to.equal(2);
  });

  it('does not change when it rejects a batch', () => {
    const { append, config } = emptyLog();
    append(producerBatch(1));
    const next = producerBatch(1, { sequence: 1 });
    config.maxMessageBytes = 10;
    expect(append(next).error).to.equal('MESSAGE_TOO_LARGE');
    config.maxMessageBytes = 1_000;
    expect(append(next)).to.deep.include({ error: 'NONE', baseOffset: 1 });
  });

  it('forgets a producer that was inactive for a day, unless it has an open transaction', () => {
    const { log, append, clock } = emptyLog({ retentionMs: -1 });
    append(producerBatch(1, { id: 1 }));
    append(producerBatch(1, { id: 2, transactional: true }));
    append(producerBatch(1, { id: 4 }));
    clock.advance(DAY - 1_000);
    append(producerBatch(1, { id: 3 }));
    append(producerBatch(1, { id: 4, sequence: 1 }));
    clock.advance(2_000);
    log.applyRetention(clock.now());
    expect(append(producerBatch(1, { id: 1, sequence: 9 })).error).to.equal('NONE');
    expect(append(producerBatch(1, { id: 2, sequence: 9, transactional: true })).error).to.equal('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(append(producerBatch(1, { id: 3, sequence: 9 })).error).to.equal('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(append(producerBatch(1, { id: 4, sequence: 9 })).error).to.equal('OUT_OF_ORDER_SEQUENCE_NUMBER');
  });
});
