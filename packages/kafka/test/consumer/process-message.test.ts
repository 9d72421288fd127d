import { DataPointType, type HistogramMetricData } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('the metrics of processing', () => {
  const { spans, metrics } = useTracing();
  const options = { groupId: 'g', clientId: 'c' };

  it('are in seconds and messages, with the conventions’ buckets and only bounded attributes (1.25, 10.1, B25)', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client, options).run({ eachMessage: async () => {} });
    await client.deliver(received());
    spans.take('process orders');
    const recorded = await metrics();
    expect([...recorded.keys()].toSorted()).to.deep.equal(['messaging.client.consumed.messages', 'messaging.process.duration']);
    const consumed = recorded.get('messaging.client.consumed.messages');
    const duration = recorded.get('messaging.process.duration') as HistogramMetricData;
    expect(consumed?.descriptor).to.include({ unit: '{message}', valueType: 0 });
    expect(duration.descriptor).to.include({ unit: 's' });
    expect(duration.dataPointType).to.equal(DataPointType.HISTOGRAM);
    expect(duration.dataPoints[0]?.value.buckets.boundaries).to.deep.equal([
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]);
    const attributes = {
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
      'messaging.consumer.group.name': 'g',
    };
    expect(consumed?.dataPoints.map((point) => point.attributes)).to.deep.equal([attributes]);
    expect(duration.dataPoints.map((point) => point.attributes)).to.deep.equal([attributes]);
  });

  it('count a message once per delivery, and have a duration for each process span (1.26, 1.27)', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client, options).run({ eachBatch: (payload) => forEachMessage(payload, () => {}) });
    await client.deliverBatch([received(), received(), received()]);
    expect(spans.takeAll()).to.have.length(4);
    const recorded = await metrics();
    expect(recorded.get('messaging.client.consumed.messages')?.dataPoints.map(({ value }) => value)).to.deep.equal([3]);
    const duration = recorded.get('messaging.process.duration') as HistogramMetricData;
    expect(duration.dataPoints.map(({ value }) => value.count)).to.deep.equal([4]);
  });

  it('agree with the span on duration and error (1.8, 1.26)', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client, options).run({
      eachMessage: async () => {
        const end = performance.now() + 20;
        while (performance.now() < end) await new Promise(setImmediate);
        throw Object.assign(new Error('no'), { type: 'NOT_ENOUGH_REPLICAS' });
      },
    });
    await Promise.allSettled([client.deliver(received())]);
    const span = spans.take('process orders');
    const [point] = ((await metrics()).get('messaging.process.duration') as HistogramMetricData).dataPoints;
    // Measured inside the span.
    expect(point?.value.sum).to.be.within(0.019, span.duration[0] + span.duration[1] / 1e9 + 0.001);
    expect(span.attributes['error.type']).to.equal('NOT_ENOUGH_REPLICAS');
    expect(point?.attributes['error.type']).to.equal('NOT_ENOUGH_REPLICAS');
  });

  it('are recorded when tracing fails, and tracing continues when they fail', async () => {
    const client = new StubConsumer();
    const failing = {
      getMeter: (): never => {
        throw new Error('no meter');
      },
    };
    let handled = 0;
    await wrapConsumer(client, { ...options, meterProvider: failing }).run({ eachMessage: async () => void handled++ });
    await client.deliver(received());
    spans.take('process orders');
    expect(handled).to.equal(1);
  });

  it('name a family of topics by its template', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client, { topics: { orders: { destinationTemplate: 'orders.{region}' } } }).run({ eachMessage: async () => {} });
    await client.deliver(received());
    spans.take('process orders.{region}');
    const [point] = (await metrics()).get('messaging.client.consumed.messages')?.dataPoints ?? [];
    expect(point?.attributes)
      .to.include({ 'messaging.destination.template': 'orders.{region}' })
      .and.not.have.property('messaging.destination.name');
  });
});
