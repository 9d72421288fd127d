import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { diagnose, type Diagnosis } from '@tracelink/kafka/doctor';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { failed, type FailedPlant } from './plants/failed.ts';

const rule = 'trace-lost-on-failure';

describe('the doctor, by records that failed', () => {
  let kafka: KafkaUnderTest;
  let found: Diagnosis;
  const topics = new Map<FailedPlant, string>();

  before('write every record and its failure, and look at all of them', async function () {
    this.timeout(120_000);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    kafka = await kafkaUnderTest();
    const { brokers } = kafka;
    const client = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    const all: string[] = [];
    for (const plant of failed) {
      const origin = await kafka.createTopic();
      const failures = `${origin}.retry`;
      await kafka.createTopic({ topic: failures });
      topics.set(plant, failures);
      all.push(origin, failures);
      await plant.write(brokers, { origin, failures });
    }
    found = await diagnose(client, { topics: all });
  });
  after(async () => {
    context.disable();
    await kafka.stop();
  });

  for (const plant of failed)
    it(`finds ${plant.isLost ? rule : 'no loss of a trace'}: ${plant.by}`, () => {
      const { findings } = found.topics.find(({ topic }) => topic === topics.get(plant))!;
      const seen = findings.filter((finding) => finding.rule === rule);
      expect(seen.map(({ records, examples }) => [records, examples.map(({ seen: text }) => text)])).to.deep.equal(
        plant.isLost ? [[1, [`they come from ${topics.get(plant)?.slice(0, -'.retry'.length)}`]]] : [],
      );
    });
});
