import { expect } from 'chai';
import { DeliveryHeader } from '../../../src/subscribe/headers/delivery-headers.ts';
import type { BlockedPartition } from '../../../src/subscribe/partitions/partition-controller.ts';
import { useEmbeddedSubscriptions } from '../../support/broker/embedded-subscriptions.ts';
import { Collector } from '../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];
const retryTopic = `${topic}.${groupId}.retry.400ms`;

describe('retry topics under faults', () => {
  const embedded = useEmbeddedSubscriptions({ topic, partitions: 3, groupId, options: { retryTopics: { delays: ['400ms'] } } });
  const { started } = embedded;

  it('have the partition counts of their source, and are named in an error that says what to do when they cannot be created', async () => {
    embedded.kafka.fault({ api: 'CreateTopics' }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    const refused: unknown = await started(() => {}).catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'topic_missing');
    expect(String(refused)).to.contain(
      `could not create its retry and dead-letter topics: "${retryTopic}" (3 partitions), "orders.packing.dead-letter" (3 partitions). Create them, or name others by retryTopics.topic and deadLetter.topic.`,
    );
    await started(() => {});
    expect(embedded.kafka.topic(retryTopic).partitions).to.equal(3);
  });

  it('are created again when they are deleted, so that neither their source nor its retries stop', async () => {
    const got = new Collector();
    await started(({ value }, { attempt }) => {
      got.add(`${String(value)} ${attempt}`);
      if (attempt === 1) throw new Error('no');
    });
    embedded.kafka.topic(topic).append(0, [{ value: 'before' }]);
    await got.all('before 2');
    const admin = embedded.client().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [retryTopic] });
    await admin.disconnect();
    for (const partition of [0, 1, 2]) embedded.kafka.topic(topic).append(partition, [{ value: `after ${partition}` }]);
    await got.all('after 0 2', 'after 1 2', 'after 2 2');
    expect(embedded.kafka.topic(retryTopic).partitions).to.equal(3);
  });

  it('block the partition while they reject its record, which health reports, and unblock it by themselves', async () => {
    embedded.kafka.topic(topic).append(1, [{ key: 'k', value: 'v' }]);
    const handled = Promise.withResolvers<number>();
    const stopped = Promise.withResolvers<BlockedPartition>();
    // Once: kafkajs does not retry an authorization error.
    embedded.kafka.fault({ api: 'Produce', topic: retryTopic }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    const subscription = await started((_, { attempt }) => {
      if (attempt === 1) throw new Error('not yet');
      handled.resolve(attempt);
    });
    subscription.on('blocked', (place) => {
      expect(subscription.health()).to.deep.include({ ok: false, blocked: [place] });
      stopped.resolve(place);
    });
    expect(await stopped.promise).to.include({ topic, partition: 1, offset: '0', reason: 'retry_topic_unwritable' });
    // The write is repeated, not the handler.
    expect(await handled.promise).to.equal(2);
    expect(subscription.health()).to.deep.include({ ok: true, blocked: [] });
    const [record, ...others] = embedded.kafka.topic(retryTopic).records(1);
    expect(others).to.deep.equal([]);
    expect(new Map(record?.headers.map(({ key, value }) => [key, String(value)])).get(DeliveryHeader.ATTEMPTS)).to.equal('1');
  });

  it('send a message to the dead-letter topic when it is too large for them, also compressed', async () => {
    embedded.kafka.topic(topic).append(0, [{ key: 'k', value: 'v' }]);
    embedded.kafka.fault({ api: 'Produce', topic: retryTopic, times: 2 }, { error: 'MESSAGE_TOO_LARGE' });
    const dead = Promise.withResolvers<number>();
    const subscription = await started(() => Promise.reject(new Error('not yet')));
    subscription.on('dead-letter', ({ attempts }) => dead.resolve(attempts));
    expect(await dead.promise).to.equal(1);
    expect(subscription.health()).to.deep.include({ ok: true, blocked: [] });
    expect(embedded.kafka.topic(retryTopic).records(0)).to.deep.equal([]);
  });

  it('do not delay a drain when they do not answer, and lose nothing', async () => {
    embedded.kafka.topic(topic).append(0, [{ key: 'k', value: 'v' }]);
    embedded.kafka.fault({ api: 'Produce', topic: retryTopic }, { silence: true });
    const first = await started(() => Promise.reject(new Error('not yet')));
    await embedded.kafka.waitForRequest('Produce');
    expect(await first.drain({ grace: 0, timeout: 50 })).to.include({ retryLater: 0, handled: 0 });
    const handled = Promise.withResolvers<string>();
    await started(({ value }) => handled.resolve(String(value)));
    expect(await handled.promise).to.equal('v');
  });

  it('are not fetched in a partition whose first message is not due', async () => {
    embedded.kafka.topic(topic).append(0, [{ key: 'k', value: 'v' }]);
    const handled = Promise.withResolvers<void>();
    const asked: string[] = [];
    const subscription = await started((_, { attempt }) => {
      if (attempt === 1) throw new Error('not yet');
      asked.push('handled');
      handled.resolve();
    });
    embedded.kafka.on('Fetch', (request, next) => {
      const isDelayed = subscription.health().delayed.length > 0;
      const partitions = request.body.topics.find((each) => each.topic === retryTopic)?.partitions.map(({ partition }) => partition) ?? [];
      if (isDelayed) asked.push(partitions.includes(0) ? 'the delayed one' : 'others');
      return next();
    });
    await handled.promise;
    expect(asked).to.include('others');
    expect(asked).not.to.include('the delayed one');
  });
});
