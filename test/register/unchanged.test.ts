import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { oneTrace } from './support/one-trace.ts';
import { isInstalled, Programs } from './support/registered.ts';

/** Shops that know nothing of tracing, and the library whose clients each has. */
const shops: Readonly<Record<string, string>> = {
  'kafkajs.mjs': 'kafkajs',
  'kafkajs.cjs': 'kafkajs',
  'confluent.mjs': '@confluentinc/kafka-javascript',
  'confluent.cjs': '@confluentinc/kafka-javascript',
  'platformatic.mjs': '@platformatic/kafka',
  'platformatic.cjs': '@platformatic/kafka',
};

describe('a program that was never changed, under --import @tracelink/register', () => {
  let kafka: KafkaUnderTest;
  let programs: Programs;
  before('find the broker', async () => {
    kafka = await kafkaUnderTest();
    programs = new Programs(kafka);
  });
  after('stop what was started', () => kafka.stop());

  for (const [shop, library] of Object.entries(shops)) {
    if (!isInstalled(library)) continue;

    it(`has one trace from its request to its last consumer: ${shop}`, async () => {
      const { tree, output } = await programs.order(shop, { imports: ['@tracelink/register'] });
      expect(tree).to.equal(oneTrace);
      expect(output).to.not.include('TRACELINK');
    }).timeout(60_000);
  }
});
