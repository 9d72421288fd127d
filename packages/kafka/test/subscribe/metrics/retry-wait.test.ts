import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import type { Subscription } from '../../../src/subscribe/subscription.ts';
import { useEmbeddedSubscriptions } from '../../support/broker/embedded-subscriptions.ts';
import { OnDemandReader } from '../../support/telemetry/on-demand-reader.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('the wait for a retry', () => {
  const embedded = useEmbeddedSubscriptions({ topic, partitions: 1, groupId });

  /**
   * The first attempt at a message fails, the second handles it.
   *
   * @param goOn called when the first attempt has failed
   * @returns how many waits were recorded
   */
  async function waits(options: Partial<SubscribeOptions>, goOn: (subscription: Subscription) => unknown): Promise<unknown> {
    const reader = new OnDemandReader();
    const handled = Promise.withResolvers<void>();
    const failed = Promise.withResolvers<void>();
    embedded.kafka.topic(topic).append(0, [{ value: 'x' }]);
    const subscription = await embedded.started(
      (_, { attempt }) => (attempt === 1 ? Promise.reject(new Error('not yet')) : handled.resolve()),
      { ...options, tracing: { meterProvider: new MeterProvider({ readers: [reader] }) } },
    );
    subscription.on(options.retry === undefined ? 'blocked' : 'attempt-failed', () => failed.resolve());
    await failed.promise;
    await goOn(subscription);
    await handled.promise;
    await subscription.drain();
    const [point] = await reader.points('tracelink.delivery.retry_wait');
    return (point?.value as { readonly count: number } | undefined)?.count;
  }

  it('is recorded when the circuit breaker was open', async () => {
    const backoff = { initial: 20, factor: 1, max: 20, jitter: 0 };
    expect(await waits({ retry: { attempts: 1 }, circuitBreaker: { window: 1, backoff } }, () => {})).to.equal(1);
  });

  it('is recorded when the partition was blocked until resume()', async () => {
    expect(await waits({ classify: () => 'stop' }, (subscription) => subscription.resume())).to.equal(1);
  });

  it('is recorded when a rebalance ended it', async () => {
    const retry = { attempts: 2, backoff: { initial: 3_600_000, max: 3_600_000, jitter: 0 } };
    expect(await waits({ retry }, () => embedded.kafka.group(groupId).triggerRebalance())).to.equal(1);
  });
});
