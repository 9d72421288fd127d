import { setImmediate as turn } from 'node:timers/promises';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';

describe('an abandoned handler', () => {
  it('completes its message when it ends while the message queues behind other keys of the next batch', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const got = new Collector();
    const release = { a2: Promise.withResolvers<void>(), b2: Promise.withResolvers<void>(), c1: Promise.withResolvers<void>() };
    await using _subscription = await subscribe(new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }), {
      groupId: 'packing',
      topics: ['orders'],
      fromBeginning: true,
      concurrency: { keys: 2 },
      drain: { grace: 10, timeout: 50 },
      consumer: { maxWaitTimeInMs: 20, heartbeatInterval: 20 },
      handler: async ({ value }) => {
        const name = String(value);
        got.add(`begun ${name}`);
        await release[name as keyof typeof release]?.promise;
        got.add(`done ${name}`);
      },
    });
    kafka.topic('orders').append(
      0,
      ['a1', 'a2', 'b1', 'b2', 'c1'].map((value) => ({ key: value.charAt(0), value })),
    );
    await got.all('begun a2', 'begun c1');
    kafka.group('packing').triggerRebalance();
    // The next batch: a2 waits for its handler, b2 starts, c1 queues, as two keys are handled.
    await got.all('begun b2');
    release.c1.resolve();
    await got.all('done c1');
    await turn();
    release.a2.resolve();
    release.b2.resolve();
    await got.all('done a2', 'done b2');
    kafka.topic('orders').append(0, [{ key: 'd', value: 'd1' }]);
    await got.all('done d1');
    expect(got.values.filter((value) => value.startsWith('begun'))).to.deep.equal(
      ['a1', 'b1', 'c1', 'a2', 'b2', 'd1'].map((value) => `begun ${value}`),
    );
  });
});
