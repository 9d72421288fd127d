import { setImmediate as turn } from 'node:timers/promises';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';

const groupId = 'packing';

describe('a handler that a rebalance left behind while the circuit is open', () => {
  it('is no probe: another message is probed meanwhile, and its own success does not close the circuit', async () => {
    // A partition each: kafkajs fetches nothing of a broker while a batch of that broker is in process.
    await using kafka = await EmbeddedKafka.start({ brokers: 2, topics: { orders: 2 } });
    const got = new Collector();
    const slow = Promise.withResolvers<void>();
    await using subscription = await subscribe(new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }), {
      groupId,
      topics: ['orders'],
      fromBeginning: true,
      concurrency: { keys: 2, partitions: 2 },
      retry: { attempts: 1 },
      circuitBreaker: { window: 1, backoff: { initial: 20, factor: 1, max: 20, jitter: 0 }, maxProbes: 1_000 },
      drain: { grace: 0, timeout: 20 },
      consumer: { maxWaitTimeInMs: 20, heartbeatInterval: 20 },
      handler: async ({ value }) => {
        const name = String(value);
        got.add(name);
        if (name === 'failing') throw new Error('database is gone');
        await slow.promise;
        got.add('ended');
      },
    });
    const failures = (): number => got.values.filter((name) => name === 'failing').length;
    const probed = (times: number): Promise<void> => {
      const before = failures();
      return got.until(() => failures() >= before + times);
    };
    kafka.topic('orders').append(0, [{ value: 'slow' }]);
    await got.all('slow');
    kafka.topic('orders').append(1, [{ value: 'failing' }]);
    await got.all('failing');
    kafka.group(groupId).triggerRebalance();
    // Abandoned, then delivered again, which awaits it.
    while (subscription.health().inFlight > 0) await turn();
    await probed(5);
    slow.resolve();
    await got.all('ended');
    await probed(2);
    expect(subscription.health().circuitOpen).to.not.equal(undefined);
    expect(got.values.filter((name) => name === 'slow')).to.have.length(1);
  });
});
