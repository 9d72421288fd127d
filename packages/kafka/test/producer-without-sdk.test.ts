import { context, trace } from '@opentelemetry/api';
import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import { wrapProducer } from '../src/wrap-producer.ts';
import { a } from './support/headers.ts';
import { useKafka } from './support/kafka.ts';
import { StubProducer } from './support/stub-producer.ts';

// No suite here registers anything, and those that do take it down again.
describe('a wrapped producer without an OpenTelemetry SDK', () => {
  const kafka = useKafka();

  it('sends what it is given, answers what the broker answers, and adds no header (7.4)', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer());
    const [answer] = await producer.send({ topic, messages: [{ key: 'k', value: 'v', headers: { tenant: 'a' } }] });
    expect(answer).to.include({ topicName: topic, partition: 0, baseOffset: '0' });
    const [message] = await kafka.read(topic, 1);
    expect(Object.keys(message?.headers ?? {})).to.deep.equal(['tenant']);
  });

  it('passes a context on that headers already carry, unchanged (7.4)', async () => {
    const client = new StubProducer();
    const producer = wrapProducer(client, { propagation: kafkaPropagation({ inject: ['w3c'] }), createSpans: true });
    await producer.send({ topic: 'orders', messages: [{ value: '1', headers: { traceparent: a.traceparent } }] });
    expect(client.lastHeaders).to.deep.equal([{ traceparent: a.traceparent }]);
  });

  it('makes no ids up', async () => {
    const client = new StubProducer();
    expect(trace.getSpan(context.active())).to.equal(undefined);
    await wrapProducer(client, { propagation: kafkaPropagation({ inject: ['w3c'] }) }).send({
      topic: 'orders',
      messages: [{ value: '1' }],
    });
    expect(client.lastHeaders).to.deep.equal([{}]);
  });
});
