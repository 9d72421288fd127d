import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe, type Subscription } from '../../../../src/subscribe/index.ts';
import { platformaticKafka } from '../../../support/broker/engine-client.ts';
import { Collector } from '../../../support/collector.ts';

const groupId = 'packing';

describe('members of a group on @platformatic/kafka whose topic gets more partitions', () => {
  let kafka: EmbeddedKafka;
  let got: Collector;
  let open: Subscription[];
  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { a: 2, b: 1 } });
    got = new Collector();
    open = [];
  });
  afterEach('end all', async () => {
    await Promise.all(open.map((subscription) => subscription.drain()));
    await kafka.stop();
  });

  /** @param metadataMaxAge after how many milliseconds the member looks at its topics by itself */
  async function member(topic: string, metadataMaxAge: number): Promise<void> {
    const subscription = await subscribe(platformaticKafka.clients(kafka.brokers), {
      groupId,
      topics: [topic],
      fromBeginning: true,
      consumer: platformaticKafka.consumer({ maxWait: 50, heartbeatInterval: 50, metadataMaxAge }),
      handler: ({ value }) => got.add(String(value)),
    });
    open.push(subscription);
  }

  /** Sends to the last partition of those that a topic has from now on. */
  async function grow(topic: string, count: number): Promise<void> {
    const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic, count }] });
    await admin.disconnect();
    kafka.topic(topic).append(count - 1, [{ value: 'added' }]);
  }

  it('read them where the leader does not read the topic', async () => {
    await member('a', 60_000);
    await member('b', 200);
    await grow('b', 3);
    await got.all('added');
  }).timeout(10_000);

  for (const ages of [
    [200, 60_000],
    [60_000, 200],
  ])
    it(`join once more each, though one looks at topics after ${ages[0]} ms and the next after ${ages[1]} ms`, async () => {
      for (const age of ages) await member('a', age);
      kafka.topic('a').append(0, [{ value: 'before' }]);
      await got.all('before');
      let joins = 0;
      kafka.on('JoinGroup', (_, next) => (joins++, next()));
      await grow('a', 3);
      await got.all('added');
      const beats = new Collector<number>();
      kafka.on('Heartbeat', (_, next) => (beats.add(performance.now()), next()));
      await beats.until(([first = 0, ...more]) => (more.at(-1) ?? 0) > first + 2_000);
      expect(joins).to.be.at.most(4);
    }).timeout(10_000);
});
