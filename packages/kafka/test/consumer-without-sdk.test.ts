import { trace } from '@opentelemetry/api';
import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import { forEachMessage } from '../src/for-each-message.ts';
import { messageContext } from '../src/message-context.ts';
import { wrapConsumer } from '../src/wrap-consumer.ts';
import { wrapProducer } from '../src/wrap-producer.ts';
import { a, ids } from './support/headers.ts';
import { received, StubConsumer } from './support/stub-consumer.ts';

// No suite here registers anything, and those that do take it down again.
describe('a wrapped consumer without an OpenTelemetry SDK', () => {
  const options = { propagation: kafkaPropagation({ inject: ['w3c'] }) };
  const headers = { traceparent: a.traceparent };

  it('calls handlers as kafkajs would, with values, errors and contexts as they are (7.4)', async () => {
    const client = new StubConsumer();
    const failure = new Error('no');
    const seen: unknown[] = [];
    const consumer = wrapConsumer(client, options);
    await consumer.run({ eachMessage: async () => Promise.reject(failure) });
    expect(await Promise.allSettled([client.deliver(received({ headers }))])).to.have.nested.property('[0].reason', failure);
    await consumer.run({ eachBatch: (payload) => forEachMessage(payload, ({ offset }) => void seen.push(offset)) });
    await client.deliverBatch([received({ headers }), received({ offset: '8' })]);
    await consumer.commitOffsets([{ topic: 'orders', partition: 0, offset: '9' }]);
    expect(seen).to.deep.equal(['7', '8']);
    expect(client.resolved).to.deep.equal(['7', '8', '8']);
  });

  it('lets what a handler sends in the message’s context keep the sender’s (7.4)', async () => {
    const sent: unknown[] = [];
    const send = async (record: { messages: readonly { headers?: unknown }[] }): Promise<[]> => {
      sent.push(record.messages[0]?.headers);
      return [];
    };
    const producer = wrapProducer({ send, sendBatch: async () => [] }, options);
    const client = new StubConsumer();
    const message = received({ headers });
    await wrapConsumer(client, options).run({ eachMessage: async () => {} });
    await client.deliver(message);
    expect(ids(trace.getSpanContext(messageContext(message)))).to.deep.equal(ids(a));
    await producer.send({ topic: 'next', messages: [{ value: 'v', headers }] } as never);
    expect(sent).to.deep.equal([headers]);
  });
});
