import { context } from '@opentelemetry/api';
import { jaegerBackEnd } from '@tracelink/kafka/doctor';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { brokenBy, ofOneTrace } from './doctor-by-spans.ts';
import { startJaeger, type RunningJaeger } from './jaeger.ts';

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

  for (const plant of ofOneTrace)
    it(`finds ${plant.rule ?? 'nothing'}: ${plant.by}`, async () => {
      if (kafka === undefined || jaeger === undefined) throw new Error('not started');
      const { otlp, query } = jaeger;
      const topic = await kafka.createTopic();
      await plant.run({ brokers: kafka.brokers, topic, collector: otlp });
      const found = await brokenBy(plant, kafka.brokers, topic, jaegerBackEnd(query));
      expect(found).to.deep.equal(plant.rule === undefined ? [] : [plant.rule]);
    });
});
