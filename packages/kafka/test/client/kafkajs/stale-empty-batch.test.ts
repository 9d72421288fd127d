import { setImmediate as turn } from 'node:timers/promises';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';

describe('a batch without records that waits behind a slow one', () => {
  it('does not pass over records of a topic that was created again meanwhile', async () => {
    // Many: kafkajs asks for partitions in a random order, and works through their batches in that one.
    const slowPartitions = 20;
    await using broker = await EmbeddedKafka.start({ topics: { slow: slowPartitions, orders: 1 }, autoCreateTopics: false });
    const client = (clientId: string): Kafka => new Kafka({ clientId, brokers: broker.brokers, logLevel: logLevel.NOTHING });
    const admin = client('operator').admin();
    await admin.connect();
    const got = new Collector();
    const recreated = Promise.withResolvers<void>();
    await using subscription = await subscribe(client('member'), {
      groupId: 'packing',
      topics: ['orders', 'slow'],
      fromBeginning: true,
      consumer: { maxWaitTimeInMs: 20 },
      handler: async ({ value }) => {
        got.add(String(value));
        // So long that the logs may have been replaced meanwhile: the broker is asked about them a second later.
        for (const since = performance.now(); String(value) === 'old' && performance.now() - since < 200;) await turn();
        if (String(value) === 'slow') await recreated.promise;
      },
    });
    subscription.on('topic-recreated', () => recreated.resolve());
    broker.topic('orders').append(0, [{ value: 'old' }]);
    await got.all('old');
    // All come with one fetch: the records of a transaction that was aborted, and a slow one before them.
    const held = Promise.withResolvers<void>();
    const filled = Promise.withResolvers<void>();
    const release = broker.on('Fetch', async (_request, next) => {
      held.resolve();
      await filled.promise;
      return next();
    });
    await held.promise;
    const producer = client('operator').producer({ transactionalId: 't', maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: Array.from({ length: 20 }, () => ({ value: 'aborted' })) });
    await transaction.abort();
    await producer.disconnect();
    for (let partition = 0; partition < slowPartitions; partition++) broker.topic('slow').append(partition, [{ value: 'slow' }]);
    release();
    filled.resolve();
    await got.all('slow');
    const made = Promise.withResolvers<void>();
    broker.on('ListOffsets', async ({ body }, next) => {
      if (body.topics.some(({ name }) => name === 'orders')) await made.promise;
      return next();
    });
    const values = Array.from({ length: 30 }, (_, index) => `new ${index}`);
    await admin.deleteTopics({ topics: ['orders'] });
    await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 1 }] });
    broker.topic('orders').append(
      0,
      values.map((value) => ({ value })),
    );
    made.resolve();
    await admin.disconnect();
    await got.all('new 29');
    expect(got.values.filter((value) => value !== 'slow')).to.deep.equal(['old', ...values]);
  });
});
