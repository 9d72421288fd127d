import { expect } from 'chai';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

describe('a topic that is created again while no fetch notices', () => {
  afterEach('forget the spans', () => void spans.takeAll());
  const { spans } = useTracing();
  const values = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

  async function scene(partitions: number, metadataMaxAge: number) {
    const broker = await EmbeddedKafka.start({ topics: { orders: partitions }, autoCreateTopics: false });
    const client = (clientId: string): Kafka =>
      new Kafka({ clientId, brokers: broker.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, retries: 10 } });
    const admin: Admin = client('operator').admin();
    await admin.connect();
    const got = new Collector();
    const subscription = await subscribe(client('member'), {
      groupId: 'g',
      topics: ['orders'],
      fromBeginning: true,
      commitInterval: 5,
      consumer: { maxWaitTimeInMs: 50, metadataMaxAge },
      handler: ({ value }) => got.add(String(value)),
    });
    return {
      broker,
      got,
      subscription,
      append: (partition: number, texts: readonly string[]) =>
        broker.topic('orders').append(
          partition,
          texts.map((value) => ({ value })),
        ),
      recreate: async () => {
        await admin.deleteTopics({ topics: ['orders'] });
        await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: partitions }] });
      },
      async [Symbol.asyncDispose]() {
        await subscription.drain();
        await admin.disconnect();
        await broker.stop();
      },
    };
  }

  it('delivers every record of the new log when the current batch was fetched from the old one', async () => {
    await using at = await scene(2, 500);
    const { broker, got, append, recreate } = at;
    // The member is about to ask which log it is: its fetched batch waits.
    const asked = Promise.withResolvers<void>();
    const recreated = Promise.withResolvers<void>();
    await broker.waitForRequest('Metadata', ({ clientId, body }) => clientId === 'member' && body.topics !== null);
    const release = broker.on('OffsetFetch', async (_request, next) => {
      asked.resolve();
      await recreated.promise;
      return next();
    });
    const fetched = Promise.withResolvers<void>();
    const watched = broker.on('Fetch', async (_request, next) => {
      const answer = await next();
      if (broker.topic('orders').records(0).length > 0) fetched.resolve();
      return answer;
    });
    append(0, values('old ', 5));
    await Promise.all([asked.promise, fetched.promise]);
    release();
    watched();
    await recreate();
    append(0, values('first ', 10));
    append(1, values('second ', 10));
    recreated.resolve();
    await got.all(...values('first ', 10), ...values('second ', 10));
  });

  it('delivers every record of the new log when reading continues where the old one ended', async () => {
    // No check of the topic happens between the old log and the reads of the new one.
    await using at = await scene(1, 2_000);
    const { broker, got, subscription, append, recreate } = at;
    append(0, values('old ', 5));
    await got.all(...values('old ', 5));
    const told = new Collector<unknown>();
    subscription.on('topic-recreated', (place) => told.add(place));
    // A check of the log since then: none of its records is later than this.
    await broker.waitForRequest('ListOffsets', ({ body }) =>
      body.topics.some(({ partitions }) => partitions.some(({ timestamp }) => timestamp > 1)),
    );
    const refilled = broker.on('Fetch', async (_request, next) => {
      refilled();
      await recreate();
      append(0, values('new ', 10));
      return next();
    });
    await got.all(...values('new ', 10));
    expect(told.values).to.deep.equal([{ topic: 'orders', partition: 0, offset: '0' }]);
  });

  it('delivers every record of the new log when it was filled past records that no check has confirmed', async () => {
    await using at = await scene(1, 2_000);
    const { broker, got, subscription, append, recreate } = at;
    await broker.waitForRequest('ListOffsets', ({ clientId }) => clientId === 'member');
    append(0, values('old ', 5));
    await got.all(...values('old ', 5));
    const told = new Collector<unknown>();
    subscription.on('topic-recreated', (place) => told.add(place));
    // No fetch is open meanwhile; after it the log is checked, with the next batch.
    const refilled = broker.on('Metadata', async ({ clientId }, next) => {
      if (clientId !== 'member') return next();
      refilled();
      await recreate();
      append(0, values('new ', 10));
      return next();
    });
    await got.all(...values('new ', 10));
    expect(told.values).to.deep.equal([{ topic: 'orders', partition: 0, offset: '0' }]);
  });
});
