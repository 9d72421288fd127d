import { expect } from 'chai';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import { useEmbeddedSubscriptions } from '../../support/broker/embedded-subscriptions.ts';
import { Collector } from '../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];
const formerTopic = `${topic}.${groupId}.retry.400ms`;
const before: Partial<SubscribeOptions> = { retryTopics: { delays: ['400ms', '1h'] } };

describe('the retry topic of a delay that the options no longer name', () => {
  const embedded = useEmbeddedSubscriptions({ topic, partitions: 2, groupId });
  const { started } = embedded;

  it('is read by a member that started while it was empty, when a member with the earlier options writes to it and ends', async () => {
    const first = await started(() => Promise.reject(new Error('not yet')), before);
    const got = new Collector();
    await started(({ value }, { attempt }) => got.add(`${String(value)} ${attempt}`), { retryTopics: { delays: ['1h'] } });
    const put = new Collector();
    first.on('retry-later', ({ retryTopic, partition }) => put.add(`${retryTopic} ${partition}`));
    // Each member has one partition of each topic.
    for (const partition of [0, 1]) embedded.kafka.topic(topic).append(partition, [{ value: `of ${partition}` }]);
    await put.until(({ length }) => length === 1);
    await first.drain();
    const [written] = put.values;
    const partition = written?.at(-1) ?? '';
    expect(written).to.equal(`${formerTopic} ${partition}`);
    await got.all(`of ${partition} 2`);
    expect(got.values).to.have.members(['of 0', 'of 1'].map((value) => `${value} ${value === `of ${partition}` ? 2 : 1}`));
  });

  it('is created again when it is deleted while members read it, so that they do not stop', async () => {
    const first = await started(() => {}, before);
    await first.drain();
    const got = new Collector();
    await started(({ value }) => got.add(String(value)), { deadLetter: false });
    const created = embedded.kafka.waitForRequest('CreateTopics');
    const admin = embedded.client().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [formerTopic] });
    await admin.disconnect();
    await created;
    for (const partition of [0, 1]) embedded.kafka.topic(topic).append(partition, [{ value: `after ${partition}` }]);
    await got.all('after 0', 'after 1');
    expect(embedded.kafka.topic(formerTopic).partitions).to.equal(2);
  });
});
