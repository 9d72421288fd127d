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
    const records = new Map<string, readonly RawRecord[]>();
    const inTopic = (planted: object | string, prefix?: string): string => {
      const topic = kafka.topic(prefix);
      topics.set(planted, topic);
      return topic;
    };
    for (const plant of written) {
      const topic = inTopic(plant, plant.prefix);
      records.set(topic, typeof plant.records === 'function' ? plant.records(topic) : plant.records);
      if (plant.before !== undefined) records.set(kafka.topic(), plant.before);
    }
    for (const [name, right] of healthyRecords) records.set(inTopic(name), right);
    const senders = [...live.map((plant) => [plant, plant.send] as const), ...healthySenders];
    const sends = senders.map(([planted, send]) => [inTopic(planted), send] as const);
    // In one request: there are hundreds.
    const beside = live.flatMap((plant) => (plant.suffix === undefined ? [] : [`${topics.get(plant)}${plant.suffix}`]));
    const looked = [...new Set([...records.keys(), ...topics.values()])];
    const all = [...looked, ...beside];
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin({ retry: { retries: 10 } });
    await admin.connect();
    await admin.createTopics({ topics: all.map((topic) => ({ topic })), waitForLeaders: false, timeout: 30_000 });
    await admin.disconnect();
    // Now their leaders have to answer.
    for (const topic of all) await kafka.createTopic({ topic });
    await writeRecords(brokers, records);
    await Promise.all(sends.map(([topic, send]) => send(brokers, topic)));
    found = await diagnose(new Kafka({ brokers, logLevel: logLevel.NOTHING }), {
      topics: looked,
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
    // The back end’s are planted in spans.test.ts, those of failures in failed-records.test.ts.
    const planted = new Set([...written, ...live, ...traced].map(({ rule }) => rule)).add('trace-lost-on-failure');
    expect(rules.map(({ id }) => id).filter((id) => !planted.has(id))).to.deep.equal([]);
  });
});
