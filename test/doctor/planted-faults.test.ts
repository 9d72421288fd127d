import { diagnose, type Diagnosis } from '@tracelink/kafka/doctor';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { healthyRecords, healthySenders } from './healthy.ts';
import { rules } from '../../packages/kafka/src/doctor/rules/rules.ts';
import { byHand } from './plants/by-hand.ts';
import { ofEvents } from './plants/events.ts';
import { live as others } from './plants/live.ts';
import { recorded } from './plants/recorded.ts';
import { sent } from './plants/sent.ts';
import { traced } from './plants/traced.ts';
import { writeRecords, type RawRecord } from '../recorded/write-records.ts';

const written = [...recorded, ...sent, ...byHand];
const live = [...others, ...ofEvents];

describe('the doctor', () => {
  let kafka: KafkaUnderTest;
  let found: Diagnosis;
  const topics = new Map<object | string, string>();

  before('plant every fault in a topic of its own, and look at all of them', async function () {
    this.timeout(120_000);
    kafka = await kafkaUnderTest();
    const { brokers } = kafka;
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const named = async (topic: string): Promise<string> => {
      await admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
      return topic;
    };
    const records = new Map<string, readonly RawRecord[]>();
    const inTopic = async (planted: object | string, prefix?: string): Promise<string> => {
      const topic = prefix === undefined ? await kafka.createTopic() : await named(kafka.topic(prefix));
      topics.set(planted, topic);
      return topic;
    };
    for (const plant of written) {
      const topic = await inTopic(plant, plant.prefix);
      records.set(topic, typeof plant.records === 'function' ? plant.records(topic) : plant.records);
      if (plant.before !== undefined) records.set(await kafka.createTopic(), plant.before);
    }
    for (const [name, right] of healthyRecords) records.set(await inTopic(name), right);
    await writeRecords(brokers, records);
    const senders = [...live.map((plant) => [plant, plant.send] as const), ...healthySenders];
    const sends = [];
    for (const [planted, send] of senders) sends.push(send(brokers, await inTopic(planted)));
    await Promise.all(sends);
    await admin.disconnect();
    found = await diagnose(new Kafka({ brokers, logLevel: logLevel.NOTHING }), {
      topics: [...new Set([...records.keys(), ...topics.values()])],
      last: 2_000,
    });
  });
  after(() => kafka.stop());

  const findingsOf = (planted: object | string): readonly string[] =>
    found.topics.find(({ topic }) => topic === topics.get(planted))?.findings.map(({ rule }) => rule) ?? [];

  for (const plant of written)
    it(`finds ${plant.rule}, ${plant.made}: ${plant.by}`, () => {
      expect(findingsOf(plant)).to.have.members([plant.rule, ...(plant.also ?? [])]);
    });

  for (const plant of live)
    it(`finds ${plant.rule}, by the software: ${plant.by}`, () => {
      expect(findingsOf(plant)).to.have.members([plant.rule, ...(plant.also ?? [])]);
    });

  for (const name of [...healthySenders.keys(), ...healthyRecords.keys()])
    it(`finds nothing in what is right: ${name}`, () => {
      expect(found.topics.map(({ topic }) => topic)).to.include(topics.get(name));
      expect(findingsOf(name)).to.deep.equal([]);
    });

  it('has a planted fault for every rule', () => {
    // The back end’s are in back-ends.test.ts and spans.test.ts, those of failures in failed-records.test.ts.
    const planted = new Set([...written, ...live, ...traced].map(({ rule }) => rule)).add('trace-unknown').add('trace-lost-on-failure');
    expect(rules.map(({ id }) => id).filter((id) => !planted.has(id))).to.deep.equal([]);
  });
});
