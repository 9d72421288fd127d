import { expect } from 'chai';
import { EmbeddedKafka } from '../../src/index.ts';
import { kafkajs, producerOf } from '../support/clients.ts';

describe('a topic handle', () => {
  let kafka: EmbeddedKafka;
  const stops: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ brokers: 2, topics: { orders: 2 } });
  });
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
    await kafka.stop();
  });

  it('shows the records that a producer sent', async () => {
    const producer = await producerOf(kafkajs(kafka), stops);
    await producer.send({ topic: 'orders', messages: [{ key: 'k', value: 'v', headers: { b3: '0' }, timestamp: '7', partition: 1 }] });
    const [record] = kafka.topic('orders').records(1);
    expect(record).to.include({ offset: 0, timestamp: 7 });
    expect([record?.key?.toString(), record?.value?.toString()]).to.deep.equal(['k', 'v']);
    expect(record?.headers.map(({ key, value }) => [key, value?.toString()])).to.deep.equal([['b3', '0']]);
  });

  it('appends records without a client', () => {
    const topic = kafka.topic('orders');
    expect(topic.partitions).to.equal(2);
    const before = kafka.clock.now();
    expect(topic.append(0, [{ value: 'a' }, { key: Buffer.from('k'), value: null, headers: { h: 'x' }, timestamp: 5 }])).to.equal(0);
    expect(topic.append(0, [{ value: 'c' }])).to.equal(2);
    const records = topic.records(0);
    expect(records.map(({ offset, value }) => [offset, value?.toString()])).to.deep.equal([
      [0, 'a'],
      [1, undefined],
      [2, 'c'],
    ]);
    expect(records[0]?.timestamp).to.be.within(before, kafka.clock.now());
    expect(records[1]).to.include({ timestamp: 5 });
  });

  it('rejects what no producer could send, with the reason', async () => {
    const topic = kafka.topic('orders');
    expect(() => topic.append(0, []))
      .to.throw('at least one record')
      .with.property('code', 'invalid_option');
    expect(() => topic.append(2, [{ value: 'a' }]))
      .to.throw('There is no partition 2 of the topic orders')
      .with.property('code', 'not_found');
    expect(kafka.topic('nowhere').partitions).to.equal(0);
    expect(() => kafka.topic('nowhere').records(0))
      .to.throw()
      .with.property('code', 'not_found');
    const tooLarge = [{ value: 'x'.repeat(2 ** 21) }];
    expect(() => topic.append(0, tooLarge))
      .to.throw('The topic orders rejects these records')
      .with.property('code', 'invalid_option');
  });

  it('moves a partition to another leader, which clients then find', async () => {
    const producer = await producerOf(kafkajs(kafka), stops);
    const send = async (): Promise<number> => {
      const arrived = kafka.waitForRequest('Produce');
      await producer.send({ topic: 'orders', messages: [{ value: 'v', partition: 0 }] });
      return (await arrived).nodeId;
    };
    const leader = await send();
    const other = leader === 1 ? 2 : 1;
    kafka.topic('orders').moveLeader(0, other);
    expect(await send(), 'the client asks the old leader first').to.equal(leader);
    expect(await send()).to.equal(other);
    expect(kafka.topic('orders').records(0)).to.have.length(3);
    expect(() => kafka.topic('orders').moveLeader(0, 9))
      .to.throw()
      .with.property('code', 'not_found');
  });
});
