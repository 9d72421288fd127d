import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../src/subscribe/subscribe.ts';

describe('a member that cannot join its group again', () => {
  it('is not ok once its coordinator has not confirmed it for half of its session, and is ok after it has joined', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const subscription = await subscribe(new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }), {
      groupId: 'g',
      topics: ['orders'],
      consumer: { maxWaitTimeInMs: 50, heartbeatInterval: 50, sessionTimeout: 6_000 },
      handler: () => {},
    });
    const release = Promise.withResolvers<void>();
    const joins = Promise.withResolvers<void>();
    broker.on('JoinGroup', async (_request, next) => {
      joins.resolve();
      await release.promise;
      return next();
    });
    broker.group('g').triggerRebalance();
    await joins.promise;
    const { ok } = subscription.health();
    while (subscription.health().ok) await pause(20);
    const { state } = subscription.health();
    release.resolve();
    while (!subscription.health().ok) await pause(20);
    const { state: after } = subscription.health();
    await subscription.drain();
    expect({ ok, state, after }).to.deep.equal({ ok: true, state: 'starting', after: 'running' });
  });
});
