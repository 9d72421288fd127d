import { expect } from 'chai';
import { checkBatch } from '../../src/records/check-batch.ts';
import { crc32c } from '../../src/records/crc32c.ts';
import { batchOf, producerBatch } from '../log/log-fixture.ts';

/** A batch with changed bytes and a recomputed checksum. */
function forged(batch: Buffer, at: number, ...bytes: number[]): Buffer {
  batch.set(bytes, at);
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

function problem(records: Buffer | null, maxMessageBytes = 1e6): unknown {
  const checked = checkBatch(records, { maxMessageBytes });
  return 'error' in checked ? checked.error : checked;
}

describe('checkBatch', () => {
  it('accepts a valid batch, and returns its header', () => {
    expect(problem(batchOf('a', 'b'))).to.deep.include({
      recordCount: 2,
      lastOffsetDelta: 1,
      sizeInBytes: batchOf('a', 'b').length,
      magic: 2,
    });
    expect(problem(producerBatch(3))).to.deep.include({ producerId: 7, baseSequence: 0 });
  });

  it('rejects anything but exactly one batch of magic 2', () => {
    const two = Buffer.concat([batchOf('a'), batchOf('b')]);
    const cut = batchOf('a').subarray(0, 65);
    for (const records of [null, Buffer.alloc(0), Buffer.alloc(16), forged(batchOf('a'), 16, 1), two, cut]) {
      expect(problem(records)).to.equal('INVALID_RECORD');
    }
  });

  it('rejects a batch only when it is larger than max.message.bytes', () => {
    const batch = batchOf('a');
    expect(problem(batch, batch.length - 1)).to.equal('MESSAGE_TOO_LARGE');
    expect(problem(batch, batch.length)).to.deep.include({ recordCount: 1 });
  });

  it('rejects damaged bytes wherever the checksum covers them', () => {
    for (const at of [17, 21, 40, 61, 68]) {
      const batch = batchOf('a');
      batch[at]! ^= 1;
      expect(problem(batch), `byte ${at}`).to.equal('CORRUPT_MESSAGE');
    }
    expect(problem(forged(batchOf('a'), 8, 0, 0, 0, 40))).to.equal('CORRUPT_MESSAGE');
    expect(problem(forged(batchOf('a'), 8, 0xff, 0xff, 0xff, 0xff))).to.equal('CORRUPT_MESSAGE');
  });

  it('rejects inconsistent headers and those that only a broker may write', () => {
    const wrong: Record<string, Buffer> = {
      'a base offset': forged(batchOf('a'), 7, 1),
      'a count of zero': forged(batchOf('a'), 57, 0, 0, 0, 0),
      'a negative count': forged(batchOf('a'), 57, 0xff, 0xff, 0xff, 0xff),
      'a count that is not that of the offsets': forged(batchOf('a'), 57, 0, 0, 0, 2),
      'the bit of control batches': forged(batchOf('a'), 22, 0x20),
      'a codec that does not exist': forged(batchOf('a'), 22, 5),
      'a producer without a sequence': producerBatch(1, { sequence: -1 }),
      'a producer without an epoch': producerBatch(1, { epoch: -1 }),
      'a transaction without a producer': producerBatch(1, { id: -1, transactional: true }),
      'a timestamp beyond 2^53': forged(batchOf('a'), 35, 0x7f),
    };
    for (const [what, batch] of Object.entries(wrong)) expect(problem(batch), what).to.equal('INVALID_RECORD');
  });

  it('explains each error in a message', () => {
    expect(checkBatch(batchOf('a'), { maxMessageBytes: 10 })).to.deep.equal({
      error: 'MESSAGE_TOO_LARGE',
      message: 'The record batch has 69 bytes, which exceeds the maximum configured value of 10',
    });
  });
});
