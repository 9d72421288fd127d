import fc from 'fast-check';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import { compressionOf, isControl, isTransactional, readBatchHeader, timestampTypeOf } from '../../src/records/batch-header.ts';
import { checkBatch } from '../../src/records/check-batch.ts';
import { encodeControlBatch, encodeBatch } from '../../src/records/encode-batch.ts';
import { decodeBatch } from '../../src/records/decode-batch.ts';

interface KafkajsRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}
// The codecs of kafkajs are internal and have no types.
const require = createRequire(import.meta.url);
const KafkajsDecoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object;
const decodeByKafkajs = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (
  decoder: object,
) => Promise<{ records: KafkajsRecord[] }>;
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  readonly RecordBatch: (batch: object) => Promise<{ buffer: Buffer }>;
};
const kafkajsRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => object;

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const nullable = fc.option(bytes);
const record = fc.record({
  key: nullable,
  value: nullable,
  headers: fc.array(fc.record({ key: fc.string(), value: nullable }), { maxLength: 3 }),
  timestamp: fc.integer({ min: 0, max: 2 ** 45 }),
});
const batch = fc.record({
  records: fc.array(record, { minLength: 1, maxLength: 20 }),
  compression: fc.constantFrom('none', 'gzip', 'zstd'),
  producer: fc.record({
    id: fc.integer({ min: 0, max: 2 ** 50 }),
    epoch: fc.nat(32_767),
    sequence: fc.nat(2 ** 30),
    transactional: fc.boolean(),
  }),
});

describe('encodeBatch', () => {
  it('encodes valid batches that decode to the same records', () => {
    fc.assert(
      fc.property(batch, ({ records, compression, producer }) => {
        const encoded = encodeBatch({ records, compression, producer });
        const header = checkBatch(encoded, { maxMessageBytes: encoded.length });
        expect(header).to.deep.include({ producerId: producer.id, producerEpoch: producer.epoch, baseSequence: producer.sequence });
        expect(compressionOf(readBatchHeader(encoded))).to.equal(compression);
        expect(decodeBatch(encoded)).to.deep.equal(
          records.map((expected, i) => ({
            ...expected,
            offset: i,
            sequence: producer.sequence + i,
            producerId: producer.id,
            producerEpoch: producer.epoch,
            isTransactional: producer.transactional,
            isControl: false,
          })),
        );
      }),
    );
  });

  it('encodes batches that kafkajs decodes to the same records', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), async (records) => {
        const encoded = encodeBatch({ records, baseOffset: 5_000_000_000 });
        const read = await decodeByKafkajs(new KafkajsDecoder(encoded));
        expect(read.records.map(({ offset, timestamp, key, value }) => ({ offset, timestamp, key, value }))).to.deep.equal(
          records.map(({ key, value, timestamp }, i) => ({ offset: `${5_000_000_000 + i}`, timestamp: `${timestamp}`, key, value })),
        );
      }),
    );
  });

  it('writes the same bytes as the encoder of kafkajs, which decodeBatch reads too', async () => {
    const value = Buffer.from('value');
    const theirs = await RecordBatch({
      firstTimestamp: 1_700_000_000_000,
      maxTimestamp: 1_700_000_000_009,
      lastOffsetDelta: 1,
      producerEpoch: -1,
      firstSequence: -1,
      records: [
        kafkajsRecord({ offsetDelta: 0, timestampDelta: 0, key: 'k', value, headers: { b3: '0', list: ['1', '2'] } }),
        kafkajsRecord({ offsetDelta: 1, timestampDelta: 9, key: null, value: null, headers: {} }),
      ],
    });
    const text = (key: string, content: string) => ({ key, value: Buffer.from(content) });
    const records = [
      { timestamp: 1_700_000_000_000, key: Buffer.from('k'), value, headers: [text('b3', '0'), text('list', '1'), text('list', '2')] },
      { timestamp: 1_700_000_000_009 },
    ];
    expect(encodeBatch({ records }).toString('hex')).to.equal(theirs.buffer.toString('hex'));
    expect(decodeBatch(theirs.buffer)[0]?.headers).to.deep.equal(records[0]?.headers);
  });

  it('keeps the base offset, last offset and record offsets of a compacted batch', () => {
    const encoded = encodeBatch({
      records: [{ timestamp: 1, offsetDelta: 3 }],
      baseOffset: 10,
      lastOffsetDelta: 7,
      partitionLeaderEpoch: 4,
    });
    expect(readBatchHeader(encoded)).to.deep.include({ baseOffset: 10, lastOffsetDelta: 7, recordCount: 1, partitionLeaderEpoch: 4 });
    expect(decodeBatch(encoded)[0]?.offset).to.equal(13);
  });
});

describe('encodeControlBatch', () => {
  it('encodes the marker that ends a transaction', () => {
    for (const commit of [true, false]) {
      const marker = {
        baseOffset: 9,
        partitionLeaderEpoch: 2,
        producerId: 7,
        producerEpoch: 1,
        commit,
        coordinatorEpoch: 5,
        timestamp: 1_000,
      };
      const encoded = encodeControlBatch(marker);
      const header = readBatchHeader(encoded);
      const identity = { baseOffset: 9, partitionLeaderEpoch: 2, producerId: 7, producerEpoch: 1 };
      expect(header).to.deep.include({ ...identity, attributes: 0x30, baseSequence: -1, recordCount: 1, lastOffsetDelta: 0 });
      expect([isControl(header), isTransactional(header), timestampTypeOf(header)]).to.deep.equal([true, true, 'CreateTime']);
      const [record] = decodeBatch(encoded);
      expect(record?.key?.toString('hex')).to.equal(commit ? '00000001' : '00000000');
      expect(record?.value?.toString('hex')).to.equal('000000000005');
      expect(record).to.deep.include({ offset: 9, timestamp: 1_000, sequence: -1, isControl: true });
    }
  });
});
