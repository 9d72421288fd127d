import { once } from 'node:events';
import { expect } from 'chai';
import type { Subscription } from '../../../src/subscribe/subscription.ts';
import { DeliveryHeader } from '../../../src/subscribe/headers/delivery-headers.ts';
import { useEmbeddedSubscriptions } from '../../support/broker/embedded-subscriptions.ts';
import { Collector } from '../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];
const retryTopic = `${topic}.${groupId}.retry.1h`;

describe('scheduled retries that are due before one that is not', () => {
  const embedded = useEmbeddedSubscriptions({
    topic,
    partitions: 1,
    groupId,
    options: { retryTopics: { delays: ['1h'] }, drain: { grace: 0 } },
  });

  /**
   * Two retries that are due, and one that is not for long, in one batch.
   *
   * @param stop called while the handler of the first one runs, which ends with it
   */
  async function handled(stop: (subscription: Subscription, signal: AbortSignal) => unknown): Promise<Collector> {
    const got = new Collector();
    const begun = Promise.withResolvers<AbortSignal>();
    const stopped = Promise.withResolvers<void>();
    const subscription = await embedded.started(async ({ value }, { signal }) => {
      got.add(String(value));
      begun.resolve(signal);
      await stopped.promise;
    });
    const headers = { [DeliveryHeader.RETRY_DUE]: String(Date.now() + 3_000_000) };
    embedded.kafka.topic(retryTopic).append(0, [{ value: 'a' }, { value: 'b' }, { value: 'not due', headers }]);
    const committed = embedded.kafka.waitForRequest('OffsetCommit', ({ body }) =>
      body.topics.some(({ partitions }) => partitions.some(({ committedOffset }) => Number(committedOffset) === 1)),
    );
    await stop(subscription, await begun.promise);
    stopped.resolve();
    await committed;
    subscription.resume();
    return got;
  }

  it('do not wait for it when the group rebalances while the first one is handled', async () => {
    const got = await handled(async (_, signal) => {
      const aborted = once(signal, 'abort');
      embedded.kafka.group(groupId).triggerRebalance();
      await aborted;
    });
    expect(await got.all('b')).to.deep.equal(['a', 'b']);
  });

  it('do not wait for it when the subscription was paused while the first one was handled', async () => {
    const got = await handled((subscription) => subscription.pause());
    expect(await got.all('b')).to.deep.equal(['a', 'b']);
  });
});
