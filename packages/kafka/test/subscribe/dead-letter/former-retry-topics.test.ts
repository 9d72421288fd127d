import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import type { Subscription } from '../../../src/subscribe/subscription.ts';
import { Collector } from '../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];
const formerTopic = `${topic}.${groupId}.retry.400ms`;
const before: Partial<SubscribeOptions> = { retryTopics: { delays: ['400ms', '1h'] } };

describe('the retry topic of a delay that the options no longer name', () => {
  let kafka: EmbeddedKafka;
  let open: Subscription[];
  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 2 } });
    open = [];
  });
  afterEach('end all', async () => {
    await Promise.all(open.map((subscription) => subscription.drain({ grace: 0, timeout: 0 })));
    await kafka.stop();
  });

  const client = (): Kafka => new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20 } });

  async function started(handler: SubscribeOptions['handler'], options: Partial<SubscribeOptions>): Promise<Subscription> {
    const subscription = await subscribe(client(), {
      groupId,
      topics: [topic],
      fromBeginning: true,
      consumer: { maxWaitTimeInMs: 20, heartbeatInterval: 20 },
      retry: { attempts: 1, backoff: { initial: 20, jitter: 0 } },
      handler,
      ...options,
    });
    open.push(subscription);
    return subscription;
  }

  it('is read by a member that started while it was empty, when a member with the earlier options writes to it and ends', async () => {
    const first = await started(() => Promise.reject(new Error('not yet')), before);
    const got = new Collector();
    await started(({ value }, { attempt }) => got.add(`${String(value)} ${attempt}`), { retryTopics: { delays: ['1h'] } });
    const put = new Collector();
    first.on('retry-later', ({ retryTopic, partition }) => put.add(`${retryTopic} ${partition}`));
    // Each member has one partition of each topic.
    for (const partition of [0, 1]) kafka.topic(topic).append(partition, [{ value: `of ${partition}` }]);
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
    const created = kafka.waitForRequest('CreateTopics');
    const admin = client().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [formerTopic] });
    await admin.disconnect();
    await created;
    for (const partition of [0, 1]) kafka.topic(topic).append(partition, [{ value: `after ${partition}` }]);
    await got.all('after 0', 'after 1');
    expect(kafka.topic(formerTopic).partitions).to.equal(2);
  });
});
