import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { join } from 'node:path';
import { expectOneContext } from './support/contexts.ts';
import { oneTrace } from './support/one-trace.ts';
import { Programs } from './support/registered.ts';

const contrib = join(import.meta.dirname, 'imports/contrib-sdk.mjs');

describe('@tracelink/kafka/register beside @opentelemetry/instrumentation-kafkajs', () => {
  let kafka: KafkaUnderTest;
  let programs: Programs;
  before('find the broker', async () => {
    kafka = await kafkaUnderTest();
    programs = new Programs(kafka);
  });
  after('stop what was started', () => kafka.stop());

  for (const [order, imports] of Object.entries({
    before: ['@tracelink/kafka/register', contrib],
    after: [contrib, '@tracelink/kafka/register'],
  }))
    for (const shop of ['kafkajs.mjs', 'kafkajs.cjs'])
      it(`makes one set of spans, and one context on each record, where it is imported ${order} it: ${shop}`, async () => {
        const { tree, output, spans, topics } = await programs.order(shop, { imports });
        expect(tree, output).to.equal(oneTrace);
        expect(output).to.match(/^\d+\n$/);
        await expectOneContext(kafka, topics, spans);
      });
});
