import { randomUUID } from 'node:crypto';
import { kafkaPropagation, type Format } from '@tracelink/propagation';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { useTracing } from '../../packages/kafka/test/support/telemetry/tracing.ts';
import { installedClients } from './support/installed-clients.ts';
import { expectChild, expectLink } from './support/scenario.ts';

const formats: readonly Format[] = ['b3', 'b3multi', 'w3c'];

const clients = await installedClients();

describe('a fleet of different clients', () => {
  const { spans } = useTracing();
  let kafka: KafkaUnderTest;
  before('find the broker', async () => {
    kafka = await kafkaUnderTest();
  });
  after('stop what was started', () => kafka.stop());

  for (const from of clients) {
    for (const to of clients) {
      it(`has one trace from ${from.name} to ${to.name} and back, in ${formats.join(', ')}`, async () => {
        await using sending = await from.open(kafka.brokers, randomUUID(), kafka.groupId());
        await using receiving = await to.open(kafka.brokers, randomUUID(), kafka.groupId());
        const [orders, shipments] = [await kafka.createTopic({ partitions: 1 }), await kafka.createTopic({ partitions: 1 })];
        const options = { propagation: kafkaPropagation({ inject: formats, extract: formats }) };
        const answering = await receiving.producer(options);
        const there = await receiving.consume({
          topic: orders,
          way: 'each',
          options,
          handle: (incoming) => answering.forward(incoming, shipments),
        });
        const back = await sending.consume({ topic: shipments, way: 'loop', options, handle: async () => {} });

        for (const format of formats) {
          const only = { propagation: kafkaPropagation({ inject: [format], extract: formats }) };
          await (await sending.producer(only)).send([{ topic: orders, value: format, headers: { mine: 'kept' } }]);
          const sent = spans.take(`send ${orders}`);
          const processed = await spans.waitFor(`process ${orders}`, { timeout: 20_000 });
          const answer = await spans.waitFor(`send ${shipments}`);
          const last = await spans.waitFor(
            ({ name, attributes }) => name === `process ${shipments}` && attributes['kafka.offset'] !== undefined,
            { timeout: 20_000 },
          );
          expectChild(processed, sent);
          expectLink(processed, sent);
          expectChild(answer, processed);
          expectChild(last, answer);
          expect(last.spanContext().traceId).to.equal(sent.spanContext().traceId);
        }
        await there.close();
        await back.close();
        // Those of batches.
        spans.takeAll();
      });
    }
  }
});
