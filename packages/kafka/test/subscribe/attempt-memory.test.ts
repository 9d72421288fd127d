import type { IHeaders, KafkaMessage } from 'kafkajs';
import { expect } from 'chai';
import { attemptMemory } from '../../src/subscribe/attempt-memory.ts';
import { DeliveryHeader } from '../../src/subscribe/delivery-headers.ts';

describe('what is remembered of a message in a retry topic', () => {
  const place = { topic: 'orders.packing.retry.5s', partition: 1, offset: '9' };
  const source = { topic: 'orders', delay: 5_000 };
  const memoryOf = (headers: IHeaders): ReturnType<typeof attemptMemory> => {
    const message = { key: null, value: null, timestamp: '1700000000000', offset: '9', attributes: 0, headers };
    return attemptMemory(place, message as KafkaMessage, source);
  };

  it('is the last that was written, where a header is repeated', () => {
    const memory = memoryOf({
      [DeliveryHeader.ATTEMPTS]: ['1', Buffer.from('4')],
      [DeliveryHeader.ORIGINAL_PARTITION]: '2',
      [DeliveryHeader.ORIGINAL_OFFSET]: ['7', '8'],
      [DeliveryHeader.FIRST_FAILURE]: '1600000000000',
    });
    expect(memory).to.include({ attempts: 4, firstFailure: 1_600_000_000_000 });
    expect(memory.original).to.deep.equal({ topic: 'orders', partition: 2, offset: '8' });
  });

  it('is bounded by what the topic is for, whatever was written', () => {
    const now = Date.now();
    for (const hostile of ['', '1e9', '0x10', ' 5', '-5', '9'.repeat(17), '9'.repeat(4_000), 'Infinity']) {
      const memory = memoryOf(Object.fromEntries(Object.values(DeliveryHeader).map((name) => [name, hostile])));
      expect(memory).to.include({ attempts: 1, retries: 1, timestamp: 1_700_000_000_000 });
      expect(memory.original).to.deep.equal({ ...place, topic: 'orders' });
      expect(memory.due).to.be.within(now, Date.now() + source.delay);
      expect(memory.firstSeen).to.be.within(now, Date.now());
    }
  });

  it('is of a message of the source nothing that its headers say', () => {
    const message = { key: null, value: null, timestamp: '5', offset: '9', attributes: 0, headers: { [DeliveryHeader.ATTEMPTS]: '7' } };
    expect(attemptMemory(place, message, undefined)).to.include({ attempts: 0, retries: 0, timestamp: 5, original: place });
  });
});
