import { expect } from 'chai';
import { clientsOf } from '../../../src/client/client-maker.ts';
import type { AdminPort } from '../../../src/client/port/admin.ts';
import { passThrough } from '../../../src/client/port/delegate.ts';
import { surveyTopic } from '../../../src/subscribe/partitions/log-survey.ts';
import { library } from '../../client/confluent/use-confluent.ts';
import { produce } from '../../support/broker/consume.ts';
import { confluentKafka, kafkajs, platformaticKafka, type EngineClient } from '../../support/broker/engine-client.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { useTopics } from '../../support/broker/topics.ts';

const ends = { after: undefined, afterVerified: undefined, afterTrusted: undefined, needsNow: false };
const clients = [platformaticKafka, ...(library === undefined ? [] : [confluentKafka])];

describe('the survey of a topic', () => {
  const kafka = useKafka();
  const topics = useTopics(kafka);
  const connected: AdminPort[] = [];
  afterEach('disconnect the admin clients', async () => {
    await Promise.all(connected.splice(0).map((admin) => admin.disconnect()));
  });

  async function adminOf(engine: EngineClient): Promise<AdminPort> {
    const admin = clientsOf('subscribe', engine.clients(kafka.brokers())).admin();
    await admin.connect();
    connected.push(admin);
    return admin;
  }

  for (const engine of clients) {
    it(`has the id of the topic that was there before its offsets were asked for, by ${engine.name}`, async () => {
      const topic = await kafka.createTopic();
      await produce(kafka, topic, [{ value: 'a' }]);
      const admin = await adminOf(engine);
      const before = await admin.topicId?.(topic);
      const replacing = passThrough(admin, {
        async topicId(name) {
          const id = await admin.topicId?.(name);
          await topics.recreate(name);
          return id;
        },
      });
      const survey = (await surveyTopic(replacing, topic, ends)).get(0);
      expect(survey).to.include({ topicId: before, high: 0n });
      expect(await admin.topicId?.(topic)).not.to.equal(before);
    });

    it(`is made without an id when that is not learned, by ${engine.name}`, async () => {
      const topic = await kafka.createTopic();
      const unable = passThrough(await adminOf(engine), { topicId: () => Promise.reject(new Error('no answer')) });
      expect((await surveyTopic(unable, topic, ends)).get(0)).to.include({ topicId: undefined, high: 0n });
    });
  }

  it('has no id by kafkajs, which does not tell it', async () => {
    const topic = await kafka.createTopic();
    expect((await surveyTopic(await adminOf(kafkajs), topic, ends)).get(0)).to.include({ topicId: undefined, high: 0n });
  });
});
