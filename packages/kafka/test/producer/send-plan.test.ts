import { expect } from 'chai';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { a, ids } from '../support/telemetry/creation-contexts.ts';
import { providerAsking, type Asked } from '../support/telemetry/sampler-spy.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('the sampler of a wrapped producer', () => {
  const { spans } = useTracing();

  it('sees every attribute that the conventions name for sampling, and the links (1.21, 7.1)', async () => {
    const asked: Asked[] = [];
    const options = { tracerProvider: providerAsking(asked, spans), clientId: 'c', topics: { orders: { destinationTemplate: 'o' } } };
    await wrapProducer(new StubProducer(), options).send({
      topic: 'orders',
      messages: [{ key: 'k', value: null, partition: 4, headers: { traceparent: a.traceparent } }],
    });
    const span = spans.take('send o');
    expect(asked).to.have.lengthOf(1);
    expect(asked[0]?.attributes).to.deep.equal({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders',
      'messaging.destination.template': 'o',
      'messaging.destination.partition.id': '4',
    });
    expect(span.attributes).to.include({ 'messaging.client.id': 'c', 'kafka.message.key': 'k', 'kafka.message.tombstone': true });
    expect(asked[0]?.links.map(({ context }) => ids(context))).to.deep.equal([ids(a)]);
    // The context in the headers is linked, never a parent.
    expect(asked[0]?.parent).to.equal(undefined);
  });

  it('sees the create span before its send span, which links to it', async () => {
    const asked: Asked[] = [];
    const options = { tracerProvider: providerAsking(asked, spans), createSpans: true };
    await wrapProducer(new StubProducer(), options).send({ topic: 'orders', messages: [{ value: '1' }, { value: '2' }] });
    const created = [spans.take('create orders'), spans.take('create orders')];
    spans.take('send orders');
    expect(asked.map(({ attributes }) => attributes['messaging.operation.name'])).to.deep.equal(['create', 'create', 'send']);
    expect(asked[2]?.links.map(({ context }) => ids(context))).to.deep.equal(created.map((span) => ids(span.spanContext())));
  });
});
