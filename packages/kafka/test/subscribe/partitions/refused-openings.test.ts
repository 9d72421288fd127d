import { expect } from 'chai';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

describe('opening partitions when the coordinator rejects commits', () => {
  afterEach('forget the spans', () => void spans.takeAll());
  const { spans } = useTracing();
  const values = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => ({ value: `${prefix}${index}` }));
  const clients = (broker: EmbeddedKafka): Kafka =>
    new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, retries: 10 } });
  const consumer = { maxWaitTimeInMs: 100, metadataMaxAge: 500 };

  it('starts a recreated topic at its beginning, and reports that once, after however many tries', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 }, autoCreateTopics: false });
    const got = new Collector();
    const subscription = await subscribe(clients(broker), {
      groupId: 'g',
      topics: ['orders'],
      fromBeginning: true,
      consumer,
      handler: ({ value }) => got.add(String(value)),
    });
    const told: unknown[] = [];
    subscription.on('topic-recreated', (place) => told.push(place));
    broker.topic('orders').append(0, values('old ', 5));
    await got.until((all) => all.length === 5);
    while ((await subscription.lag()).some(({ lag }) => lag > 0n));
    const refused = broker.fault({ api: 'OffsetCommit', times: 3 }, { error: 'REBALANCE_IN_PROGRESS' });
    await using admin = await connected(clients(broker));
    await admin.client.deleteTopics({ topics: ['orders'] });
    await admin.client.createTopics({ topics: [{ topic: 'orders', numPartitions: 1 }] });
    broker.topic('orders').append(0, values('new ', 10));
    await got.until((all) => all.includes('new 9'));
    await subscription.drain();
    expect(refused.hits).to.equal(3);
    expect(got.values.slice(5, 15)).to.deep.equal(values('new ', 10).map(({ value }) => value));
    expect(told).to.deep.equal([{ topic: 'orders', partition: 0, offset: '0' }]);
  });

  it('starts a new group at the end when clocks are ahead, after however many tries', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    broker.topic('orders').append(0, [{ value: 'old', timestamp: Date.now() + 600_000 }, { value: 'older' }]);
    const refused = broker.fault({ api: 'OffsetCommit' }, { error: 'REBALANCE_IN_PROGRESS' });
    const got = new Collector();
    const subscription = await subscribe(clients(broker), {
      groupId: 'g',
      topics: ['orders'],
      consumer,
      handler: ({ value }) => got.add(String(value)),
    });
    expect(refused.hits).to.equal(1);
    broker.topic('orders').append(0, [{ value: 'new' }]);
    expect(await got.all('new')).to.deep.equal(['new']);
    await subscription.drain();
  });

  it('starts without commit metadata when the broker rejects its size', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const match = ({ body }: { readonly body: unknown }): boolean =>
      JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).includes('tracelink/');
    const refused = broker.fault({ api: 'OffsetCommit', times: 100, match }, { error: 'OFFSET_METADATA_TOO_LARGE' });
    const got = new Collector();
    const subscription = await subscribe(clients(broker), {
      groupId: 'g',
      topics: ['orders'],
      consumer,
      handler: ({ value }) => got.add(String(value)),
    });
    broker.topic('orders').append(0, values('new ', 3));
    await got.all('new 2');
    while ((await subscription.lag()).some(({ lag }) => lag > 0n));
    await subscription.drain();
    expect(refused.hits).to.equal(1);
    refused.remove();
  });

  async function connected(kafka: Kafka) {
    const client = kafka.admin();
    await client.connect();
    return { client, [Symbol.asyncDispose]: () => client.disconnect() };
  }
});
