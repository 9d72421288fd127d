import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { EmbeddedKafka } from '../../src/index.ts';

describe('the retention check', () => {
  const minute = 60_000;
  const withConfig = async (kafka: EmbeddedKafka, name: string, value: string): Promise<void> => {
    const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'orders', configEntries: [{ name, value }] }] });
    await admin.disconnect();
  };
  const offsets = (kafka: EmbeddedKafka): number[] =>
    kafka
      .topic('orders')
      .records(0)
      .map(({ offset }) => offset);

  it('deletes records that are too old once the broker clock passes the interval', async () => {
    await using kafka = await EmbeddedKafka.start();
    await withConfig(kafka, 'retention.ms', String(10 * minute));
    kafka.topic('orders').append(0, [{ value: 'old' }]);
    kafka.clock.advance(9 * minute);
    kafka.topic('orders').append(0, [{ value: 'new' }]);
    expect(offsets(kafka)).to.deep.equal([0, 1]);
    kafka.clock.advance(6 * minute);
    expect(offsets(kafka)).to.deep.equal([1]);
    kafka.clock.advance(10 * minute);
    expect(offsets(kafka)).to.deep.equal([]);
    expect(kafka.topic('orders').append(0, [{ value: 'next' }]), 'offsets continue').to.equal(2);
  });

  it('deletes the oldest records beyond retention.bytes', async () => {
    await using kafka = await EmbeddedKafka.start();
    await withConfig(kafka, 'retention.bytes', '1000');
    for (let index = 0; index < 10; index += 1) kafka.topic('orders').append(0, [{ value: 'x'.repeat(400) }]);
    kafka.clock.advance(5 * minute);
    expect(offsets(kafka)).to.deep.equal([7, 8, 9]);
  });

  it('keeps the records of a week', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
    kafka.topic('orders').append(0, [{ value: 'a' }]);
    kafka.clock.advance(6 * 24 * 60 * minute);
    expect(offsets(kafka)).to.deep.equal([0]);
  });
});
