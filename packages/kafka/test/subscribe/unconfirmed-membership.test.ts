import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel, type Consumer, type ConsumerConfig } from 'kafkajs';
import { passThrough } from '../../src/client/port/delegate.ts';
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

describe('a member that hears late that its group rebalances', () => {
  it('goes on when it has joined again meanwhile', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const { client, refused, hear } = lateRefusals(new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }));
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const handled: string[] = [];
    const second = Promise.withResolvers<void>();
    const subscription = await subscribe(client, {
      groupId: 'g',
      topics: ['orders'],
      fromBeginning: true,
      consumer: { maxWaitTimeInMs: 50, heartbeatInterval: 20, sessionTimeout: 6_000 },
      handler: async ({ value }) => {
        begun.resolve();
        await release.promise;
        handled.push(String(value));
        if (handled.length === 2) second.resolve();
      },
    });
    broker.topic('orders').append(0, [{ value: 'first' }]);
    await begun.promise;
    const joined = new Promise<void>((resolve) => {
      broker.on('SyncGroup', async (_request, next) => {
        const answer = await next();
        resolve();
        return answer;
      });
    });
    broker.group('g').triggerRebalance();
    await refused;
    release.resolve();
    await joined;
    // The member has heard that it joined once it fetches.
    await new Promise<void>((resolve) => {
      broker.on('Fetch', (_request, next) => {
        resolve();
        return next();
      });
    });
    hear();
    await pause(0);
    broker.topic('orders').append(0, [{ value: 'second' }]);
    await second.promise;
    await subscription.drain();
    expect(handled).to.deep.equal(['first', 'second']);
  });
});

/** kafkajs, whose batches hear the first refusal of a heartbeat only when `hear` is called; `refused` resolves when there is one. */
function lateRefusals(kafka: Kafka): { readonly client: Kafka; readonly refused: Promise<void>; readonly hear: () => void } {
  const refused = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<void>();
  const heartbeatOf = (heartbeat: () => Promise<void>) => async (): Promise<void> => {
    try {
      await heartbeat();
    } catch (error) {
      refused.resolve();
      await heard.promise;
      throw error;
    }
  };
  const consumer = (config: ConsumerConfig): Consumer => {
    const real = kafka.consumer(config);
    const run = real.run.bind(real);
    real.run = ({ eachBatch, ...options } = {}) =>
      run({ ...options, eachBatch: async (payload) => eachBatch?.({ ...payload, heartbeat: heartbeatOf(() => payload.heartbeat()) }) });
    return real;
  };
  return { client: passThrough(kafka, { consumer }), refused: refused.promise, hear: heard.resolve };
}
