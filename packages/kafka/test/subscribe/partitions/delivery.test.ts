import type { IHeaders, KafkaMessage } from 'kafkajs';
import { expect } from 'chai';
import { DeliveryHeader } from '../../../src/subscribe/headers/delivery-headers.ts';
import { Delivery } from '../../../src/subscribe/partitions/delivery.ts';
import { PartitionLog } from '../../../src/subscribe/partitions/partition-log.ts';

describe('the delivery of a record from a retry topic', () => {
  const source = { topic: 'orders', delay: 5_000 };
  const deliveryOf = (headers: IHeaders): Delivery => {
    const message = { key: null, value: null, timestamp: '1700000000000', offset: '9', attributes: 0, headers };
    return new Delivery(new PartitionLog('orders.packing.retry.5s', 1, source), message as KafkaMessage, 0);
  };

  it('takes the last value of a repeated header', () => {
    const delivery = deliveryOf({
      [DeliveryHeader.ATTEMPTS]: ['1', Buffer.from('4')],
      [DeliveryHeader.ORIGINAL_PARTITION]: '2',
      [DeliveryHeader.ORIGINAL_OFFSET]: ['7', '8'],
      [DeliveryHeader.FIRST_FAILURE]: '1600000000000',
    });
    expect(delivery).to.include({ attempts: 4, firstFailure: 1_600_000_000_000 });
    expect(delivery.original).to.deep.equal({ topic: 'orders', partition: 2, offset: '8' });
  });

  it('accepts headers within the bounds of its topic, whatever was written', () => {
    const now = Date.now();
    for (const hostile of ['', '1e9', '0x10', ' 5', '-5', '9'.repeat(17), '9'.repeat(4_000), 'Infinity']) {
      const delivery = deliveryOf(Object.fromEntries(Object.values(DeliveryHeader).map((name) => [name, hostile])));
      expect(delivery).to.include({ attempts: 1, retries: 1, timestamp: 1_700_000_000_000 });
      expect(delivery.original).to.deep.equal({ topic: 'orders', partition: 1, offset: '9' });
      expect(delivery.due).to.be.within(now, Date.now() + source.delay);
      expect(delivery.firstSeen).to.be.within(now, Date.now());
    }
  });

  it('ignores these headers on a record of the source topic', () => {
    const message = { key: null, value: null, timestamp: '5', offset: '9', attributes: 0, headers: { [DeliveryHeader.ATTEMPTS]: '7' } };
    const delivery = new Delivery(new PartitionLog('orders', 1, undefined), message, 0);
    expect(delivery).to.include({ attempts: 0, retries: 0, timestamp: 5 });
    expect(delivery.original).to.include({ topic: 'orders', partition: 1, offset: '9' });
  });
});
