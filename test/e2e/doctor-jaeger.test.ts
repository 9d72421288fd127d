import { context } from '@opentelemetry/api';
import { diagnose, jaegerBackEnd } from '@tracelink/kafka/doctor';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { startJaeger, type RunningJaeger } from './jaeger.ts';
import { soundlyTraced, traced, type TracedPlant } from '../doctor/plants/traced.ts';

/** Of what links from other traces show, Jaeger’s query API tells nothing. */
const isOfOneTrace = ({ rule }: TracedPlant): boolean => rule === 'send-traced-twice' || rule === 'sampling-lost';

describe('the doctor, by the spans of Jaeger', () => {
  let jaeger: RunningJaeger | undefined;
  let kafka: KafkaUnderTest | undefined;

  before('start Jaeger, and find the broker', async () => {
    kafka = await kafkaUnderTest();
    jaeger = await startJaeger();
  });
  after('stop both', async () => {
    context.disable();
    await Promise.all([jaeger?.stop(), kafka?.stop()]);
  });

  for (const plant of [...traced.filter(isOfOneTrace), ...soundlyTraced])
    it(`finds ${plant.rule ?? 'nothing'}: ${plant.by}`, async () => {
      if (kafka === undefined || jaeger === undefined) throw new Error('not started');
      const { otlp, query } = jaeger;
      const topic = await kafka.createTopic();
      await plant.run({ brokers: kafka.brokers, topic, collector: otlp });
      const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
      const look = async (): Promise<readonly string[]> => {
        const { topics } = await diagnose(client, { topics: [topic], backEnd: jaegerBackEnd(query) });
        // Of a minute ago, as they are sent here.
        return topics[0]?.findings.map(({ rule }) => rule).filter((rule) => rule !== 'clock-behind-origin') ?? [];
      };
      let found = await look();
      // Jaeger takes a moment to store what it received.
      while (found.includes('trace-unknown') || (plant.rule !== undefined && found.length === 0)) found = await look();
      expect(found).to.deep.equal(plant.rule === undefined ? [] : [plant.rule]);
    });
});
