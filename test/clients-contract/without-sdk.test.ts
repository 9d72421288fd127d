import { randomUUID } from 'node:crypto';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { installedClients } from './support/installed-clients.ts';
import { readRaw } from './support/raw-records.ts';

const headers = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  b3: '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
  'X-B3-TraceId': '0af7651916cd43dd8448eb211c80319c',
  'uber-trace-id': 'no context',
  baggage: 'user=7',
  mine: 'kept',
};

for (const client of await installedClients()) {
  describe(`the wrappers of ${client.name} without an SDK`, () => {
    let kafka: KafkaUnderTest;
    before('find the broker', async () => {
      kafka = await kafkaUnderTest();
    });
    after('stop what was started', () => kafka.stop());

    for (const way of ['each', 'loop'] as const) {
      it(`leave every header as it came, from a sender through ${way === 'each' ? 'a handler' : client.loop} to the next topic`, async () => {
        const [orders, shipments] = [await kafka.createTopic({ partitions: 1 }), await kafka.createTopic({ partitions: 1 })];
        await using session = await client.open(kafka.brokers, randomUUID(), kafka.groupId());
        const producer = await session.producer();
        await producer.send([{ topic: orders, key: 'k', value: 'v', headers }]);
        const forwarded = Promise.withResolvers<void>();
        const consumption = await session.consume({
          topic: orders,
          way,
          handle: (incoming) => producer.forward(incoming, shipments).then(forwarded.resolve),
        });
        await forwarded.promise;
        await consumption.close();
        const [sent] = await readRaw(kafka.brokers, kafka.groupId(), orders, 1);
        expect(sent).to.deep.equal({ key: 'k', value: 'v', headers });
        const [next] = await readRaw(kafka.brokers, kafka.groupId(), shipments, 1);
        expect(next).to.deep.equal({ key: null, value: 'v', headers });
      });
    }
  });
}
