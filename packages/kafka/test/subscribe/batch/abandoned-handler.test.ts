import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { MessageScope } from '../../../src/subscribe/attempt/message-scope.ts';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
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

  /**
   * What became of a message and the next one.
   *
   * @param of returns options, and what handles the message the first time; `abandoned` makes a rebalance, and resolves when that has
   * abandoned the attempt
   */
  async function outcomesOf(
    of: (abandoned: () => Promise<void>) => Partial<SubscribeOptions<unknown>> & { first?: (scope: MessageScope) => unknown },
  ): Promise<readonly string[]> {
    await using kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const got = new Collector();
    const abandoned = async (): Promise<void> => {
      kafka.group('packing').triggerRebalance();
      while (subscription.health().inFlight === 1) await turn();
    };
    const { first, ...options } = of(abandoned);
    await using subscription = await subscribe<unknown>(new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }), {
      groupId: 'packing',
      topics: ['orders'],
      fromBeginning: true,
      retry: { attempts: 1 },
      drain: { grace: 0, timeout: 50 },
      consumer: { maxWaitTimeInMs: 20, heartbeatInterval: 20 },
      handler: ({ offset }, scope) => {
        if (offset === '1') return got.add('next');
        got.add(`attempt ${scope.attempt}`);
        return got.values.length === 1 ? first?.(scope) : undefined;
      },
      ...options,
    });
    for (const event of ['attempt-failed', 'dead-letter'] as const) subscription.on(event, () => got.add(event));
    kafka.topic('orders').append(0, [{ value: 'x' }, { value: 'y' }]);
    return await got.all('next');
  }

  it('uses up no attempt when it rejects because the rebalance aborted it', async () => {
    const outcomes = await outcomesOf((abandoned) => ({
      first: async ({ signal }) => {
        await abandoned();
        throw signal.reason;
      },
    }));
    expect(outcomes).to.deep.equal(['attempt 1', 'attempt 1', 'next']);
  });

  it('uses up its attempt when attemptTimeout aborted it before the rebalance', async () => {
    const outcomes = await outcomesOf((abandoned) => ({
      retry: { attempts: 1, attemptTimeout: 1 },
      first: async ({ signal }) => {
        await once(signal, 'abort');
        await abandoned();
        throw signal.reason;
      },
    }));
    expect(outcomes).to.deep.equal(['attempt 1', 'attempt-failed', 'dead-letter', 'next']);
  });

  it('has its request granted, though the rebalance aborted it', async () => {
    const outcomes = await outcomesOf((abandoned) => ({
      first: async ({ deadLetter }) => {
        await abandoned();
        deadLetter('unknown sku');
      },
    }));
    expect(outcomes).to.deep.equal(['attempt 1', 'attempt-failed', 'dead-letter', 'next']);
  });

  it('has not begun, and uses up no attempt, while its codec decodes', async () => {
    let decodings = 0;
    const outcomes = await outcomesOf((abandoned) => ({
      codec: {
        decode: () => {
          if (++decodings > 1) return undefined;
          void abandoned();
          return new Promise(() => {});
        },
      },
    }));
    expect(outcomes).to.deep.equal(['attempt 1', 'next']);
  });
});
