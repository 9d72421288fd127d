import { expect } from 'chai';
import fc from 'fast-check';
import { Partitioners, type ICustomPartitioner, type Message } from 'kafkajs';
import { keyPartitioner } from '../../../src/client/port/key-partitioner.ts';

describe('keyPartitioner', () => {
  const partitionMetadata = (count: number) =>
    Array.from({ length: count }, (_, partitionId) => ({ partitionErrorCode: 0, partitionId, leader: 1, replicas: [1], isr: [1] }));
  const of = (make: ICustomPartitioner, message: Message, count: number): number =>
    make()({ topic: 'orders', partitionMetadata: partitionMetadata(count), message });

  it('returns the partition that kafkajs returns, for any key', () => {
    const key = fc.oneof(
      fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ unit: 'grapheme', maxLength: 32 }),
    );
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 1_000 }), (each, count) => {
        const message = { key: each, value: null };
        expect(of(keyPartitioner, message, count)).to.equal(of(Partitioners.DefaultPartitioner, message, count));
      }),
    );
  });

  it('returns the partition that the message names', () => {
    expect(of(keyPartitioner, { key: 'a', value: null, partition: 7 }, 3)).to.equal(7);
  });

  it('takes turns for messages without a key', () => {
    const partitioner = keyPartitioner();
    const next = (): number => partitioner({ topic: 'orders', partitionMetadata: partitionMetadata(3), message: { value: 'x' } });
    expect([next(), next(), next()]).to.have.members([0, 1, 2]);
  });

  it('passes over partitions without a leader for messages without a key, unless none has one', () => {
    const take = (...leaders: number[]): number[] => {
      const partitions = partitionMetadata(3).map((each, index) => ({ ...each, leader: leaders[index] ?? -1 }));
      const partitioner = keyPartitioner();
      return [0, 1, 2].map(() => partitioner({ topic: 'orders', partitionMetadata: partitions, message: { value: 'x' } }));
    };
    expect(take(1, -1, -1)).to.deep.equal([0, 0, 0]);
    expect(take(-1, -1, -1)).to.have.members([0, 1, 2]);
  });
});
