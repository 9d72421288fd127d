import { context } from '@opentelemetry/api';
import { diagnose, studioBackEnd, type Diagnosis } from '@tracelink/kafka/doctor';
import { startStudio, type Studio } from '@tracelink/studio';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { soundlyTraced, traced } from './plants/traced.ts';

/** They are sent as of a minute ago: a back end is not asked for the spans of the last half. */
const ofTheTest = 'clock-behind-origin';

describe('the doctor, by the spans of a back end', () => {
  let kafka: KafkaUnderTest;
  let studio: Studio;
  let found: Diagnosis;
  const topics = new Map<object, string>();

  before('run every service, and look at all of their topics', async function () {
    this.timeout(120_000);
    kafka = await kafkaUnderTest();
    studio = await startStudio({ port: 0 });
    const { brokers } = kafka;
    for (const plant of [...traced, ...soundlyTraced]) topics.set(plant, await kafka.createTopic());
    await Promise.all(
      [...topics].map(([plant, topic]) => (plant as (typeof traced)[number]).run({ brokers, topic, collector: studio.url })),
    );
    const client = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    found = await diagnose(client, { topics: [...topics.values()], backEnd: studioBackEnd(studio.url) });
  });
  after(async () => {
    context.disable();
    await studio.stop();
    await kafka.stop();
  });

  const findingsOf = (plant: object): readonly string[] =>
    found.topics
      .find(({ topic }) => topic === topics.get(plant))!
      .findings.map(({ rule }) => rule)
      .filter((rule) => rule !== ofTheTest);

  for (const plant of traced)
    it(`finds ${plant.rule}, by the software: ${plant.by}`, () => {
      expect(findingsOf(plant)).to.deep.equal([plant.rule]);
    });

  for (const plant of soundlyTraced)
    it(`finds nothing in what is right: ${plant.by}`, () => {
      expect(findingsOf(plant)).to.deep.equal([]);
    });
});
