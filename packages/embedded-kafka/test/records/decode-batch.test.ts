import fc from 'fast-check';
import { expect } from 'chai';
import { type Compression, readBatchHeader, CorruptRecordsError } from '../../src/records/batch-header.ts';
import { checkBatch } from '../../src/records/check-batch.ts';
import { decodeBatch, type DecodedRecord } from '../../src/records/decode-batch.ts';
import { encodeBatch } from '../../src/records/encode-batch.ts';
import { batchesOf, batchOf } from '../log/log-fixture.ts';
import { fixture, golden } from './golden-records.ts';

const codecs = ['gzip', 'snappy', 'lz4', 'zstd'] as const satisfies Compression[];

describe('decodeBatch', () => {
  for (const codec of codecs) {
    it(`decodes what the Java client compressed with ${codec}`, () => {
      const batch = fixture(`java-${codec}.batch`);
      expect(checkBatch(batch, { maxMessageBytes: 1e6 })).to.deep.equal(readBatchHeader(batch));
      const common = { producerId: 42, producerEpoch: 3, isTransactional: true, isControl: false };
      const headers = [
        { key: 'b3', value: Buffer.from('0') },
        { key: 'grün', value: null },
        { key: 'b3', value: Buffer.alloc(0) },
      ];
      const expected: DecodedRecord[] = [
        { offset: 0, timestamp: 1_700_000_000_000, key: Buffer.from('key'), value: Buffer.from('first'), headers, sequence: 17, ...common },
        { offset: 1, timestamp: 1_700_000_000_005, key: null, value: golden.orders, headers: [], sequence: 18, ...common },
        { offset: 2, timestamp: 1_699_999_999_999, key: golden.noise, value: golden.noise, headers: [], sequence: 19, ...common },
        { offset: 3, timestamp: 1_700_000_000_001, key: Buffer.from('deleted'), value: null, headers: [], sequence: 20, ...common },
        { offset: 4, timestamp: 1_700_000_000_001, key: Buffer.alloc(0), value: golden.zeros, headers: [], sequence: 21, ...common },
      ];
      expect(decodeBatch(batch)).to.deep.equal(expected);
    });

    it(`decodes what librdkafka compressed with ${codec}`, () => {
      const records = batchesOf({ records: [fixture(`librdkafka-${codec}.batch`)] }).flatMap(decodeBatch);
      expect(records.map(({ offset, value }) => [offset, value])).to.deep.equal([
        [0, golden.orders],
        [1, golden.noise],
        [2, golden.zeros],
      ]);
      for (const { key, headers } of records) {
        expect(key).to.deep.equal(Buffer.from('key'));
        expect(headers).to.deep.equal([{ key: 'b3', value: Buffer.from('0') }]);
      }
    });

    it(`throws only CorruptRecordsError for damaged bytes of ${codec}`, () => {
      const batch = fixture(`java-${codec}.batch`);
      let refused = 0;
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(batch.length - 62), fc.nat(255)), { minLength: 1, maxLength: 5 }), (damage) => {
          const damaged = Buffer.from(batch);
          // Half of the damage is in the headers of the compressed frames.
          for (const [at, byte] of damage) damaged[61 + (byte % 2 === 0 ? at % 40 : at)] = byte;
          try {
            decodeBatch(damaged);
          } catch (error) {
            expect(error).to.be.instanceOf(CorruptRecordsError);
            refused += 1;
          }
        }),
        { numRuns: 300 },
      );
      expect(refused).to.be.above(50);
    });
  }

  it('throws CorruptRecordsError for a batch that ends early, at any byte', () => {
    const batch = encodeBatch({
      records: [{ key: Buffer.from('k'), value: Buffer.from('v'), headers: [{ key: 'h', value: null }], timestamp: 1 }],
    });
    for (let length = 0; length < batch.length; length++) {
      expect(() => decodeBatch(batch.subarray(0, length)), `${length} bytes`).to.throw(CorruptRecordsError);
    }
  });

  it('rejects wrong lengths and counts', () => {
    const lie = (at: number, ...bytes: number[]): Buffer => {
      const batch = batchOf('a');
      batch.set(bytes, at);
      return batch;
    };
    // A batch of "a": length, attributes, timestamp, offset, key length, value length, "a", header count.
    expect(() => decodeBatch(lie(57, 0, 0, 0, 2))).to.throw(CorruptRecordsError, 'cut off');
    expect(() => decodeBatch(lie(57, 0, 0, 0, 0))).to.throw(CorruptRecordsError, 'bytes follow the last of 0 records');
    expect(() => decodeBatch(lie(61, 16))).to.throw(CorruptRecordsError, 'should end');
    expect(() => decodeBatch(lie(65, 3))).to.throw(CorruptRecordsError, '-2 bytes are announced');
    expect(() => decodeBatch(lie(68, 1))).to.throw(CorruptRecordsError, 'cannot have -1 headers');
    expect(() => decodeBatch(lie(21, 0, 7))).to.throw(CorruptRecordsError, 'Unknown compression type in attributes 7');
    expect(() => decodeBatch(lie(27, 0x7f))).to.throw(CorruptRecordsError, 'beyond 2^53');
    const endless = Buffer.concat([batchOf('a').subarray(0, 61), Buffer.alloc(20, 0xff)]);
    endless.writeInt32BE(endless.length - 12, 8);
    expect(() => decodeBatch(endless)).to.throw(CorruptRecordsError, 'varint');
  });

  it('wraps sequences around to 0 after the largest', () => {
    const producer = { id: 1, epoch: 0, sequence: 2 ** 31 - 2, transactional: false };
    const batch = encodeBatch({ records: [1, 2, 3].map((timestamp) => ({ timestamp })), producer });
    expect(decodeBatch(batch).map(({ sequence }) => sequence)).to.deep.equal([2 ** 31 - 2, 2 ** 31 - 1, 0]);
  });
});
