import { ValueType } from '@opentelemetry/api';
import type { Histogram, MetricData } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const duration = 'messaging.client.operation.duration';
const sent = 'messaging.client.sent.messages';

function points(metric: MetricData | undefined): { attributes: object; value: unknown }[] {
  return (metric?.dataPoints ?? []).map(({ attributes, value }) => ({ attributes, value }));
}

describe('the metrics of a wrapped producer', () => {
  const kafka = useKafka();
  const { spans, metrics } = useTracing();

  it('have the conventions’ names, units, kinds and buckets (1.25, 10.1)', async () => {
    await wrapProducer(new StubProducer()).send({ topic: 'orders', messages: [{ value: '1' }] });
    spans.take('send orders');
    const recorded = await metrics();
    expect([...recorded.keys()]).to.have.members([duration, sent]);
    expect(recorded.get(duration)?.descriptor).to.include({ unit: 's', valueType: ValueType.DOUBLE });
    expect(recorded.get(duration)?.dataPoints[0]?.value).to.have.nested.property('buckets.boundaries').that.deep.equals(buckets);
    expect(recorded.get(sent)?.descriptor).to.include({ unit: '{message}', valueType: ValueType.INT });
  });

  it('count each send and each message once, and last as long as the span, in seconds (1.26, 1.27)', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer(), { clientId: 'c' });
    await producer.send({ topic, messages: [{ key: 'k', value: '1', partition: 0 }, { value: '2' }, { value: '3' }] });
    const [seconds, nanoseconds] = spans.take(`send ${topic}`).duration;
    const recorded = await metrics();
    const [lasted] = recorded.get(duration)?.dataPoints ?? [];
    const histogram = lasted?.value as Histogram;
    expect(histogram.count).to.equal(1);
    // Measured inside the span, and in seconds, not milliseconds.
    expect(histogram.sum).to.be.within(0.000_01, seconds + nanoseconds / 1e9 + 0.001);
    const [counted] = points(recorded.get(sent));
    expect(counted?.value).to.equal(3);
    // No key, offset, partition or client id: their values have no bound.
    const { 'server.address': host, 'server.port': port, ...others } = (counted?.attributes ?? {}) as Record<string, unknown>;
    expect(`${String(host)}:${String(port)}`).to.equal(kafka.brokers()[0]);
    expect(others).to.deep.equal({
      'messaging.system.name': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': topic,
    });
    expect(lasted?.attributes).to.deep.equal(counted?.attributes);
  });

  it('count failed attempts, with the span’s error (1.8, 1.27)', async () => {
    const producer = wrapProducer(new StubProducer().answers(() => Promise.reject(new RangeError('no'))));
    await producer.send({ topic: 'orders', messages: [{ value: '1' }, { value: '2' }] }).catch(() => {});
    expect(spans.take('send orders').attributes['error.type']).to.equal('RangeError');
    const recorded = await metrics();
    const [counted] = points(recorded.get(sent));
    expect(counted).to.have.property('value', 2);
    for (const name of [sent, duration]) expect(points(recorded.get(name))[0]?.attributes).to.include({ 'error.type': 'RangeError' });
  });

  it('distinguish topics when one send has several', async () => {
    const producer = wrapProducer(new StubProducer());
    const messages = [{ value: '1' }];
    await producer.sendBatch({
      topicMessages: [
        { topic: 'a', messages },
        { topic: 'b', messages },
        { topic: 'a', messages },
        { topic: 'c', messages: [] },
      ],
    });
    spans.take('send');
    const recorded = await metrics();
    const byTopic = points(recorded.get(sent)).map(({ attributes, value }) => [
      (attributes as Record<string, unknown>)['messaging.destination.name'],
      value,
    ]);
    expect(byTopic).to.deep.equal([
      ['a', 2],
      ['b', 1],
    ]);
    expect(points(recorded.get(duration)).map(({ attributes }) => Object.keys(attributes))).to.deep.equal([
      ['messaging.operation.name', 'messaging.system.name', 'messaging.operation.type'],
    ]);
  });

  it('name a family of topics by its template alone, while spans have both names', async () => {
    const topics = { 'orders.eu': { destinationTemplate: 'orders.{region}' } };
    await wrapProducer(new StubProducer(), { topics }).send({ topic: 'orders.eu', messages: [{ value: '1' }] });
    expect(spans.take('send orders.{region}').attributes).to.include({
      'messaging.destination.name': 'orders.eu',
      'messaging.destination.template': 'orders.{region}',
    });
    const [counted] = points((await metrics()).get(sent));
    expect(counted?.attributes)
      .to.include({ 'messaging.destination.template': 'orders.{region}' })
      .and.not.have.property('messaging.destination.name');
  });

  it('do not affect the caller when they throw', async () => {
    const meterProvider = { getMeter: (): never => raise(new Error('no meter')) };
    const answer = [{ topicName: 'orders', partition: 0, baseOffset: '0' }];
    const client = new StubProducer().answers(() => Promise.resolve(answer));
    expect(await wrapProducer(client, { meterProvider }).send({ topic: 'orders', messages: [{ value: '1' }] })).to.equal(answer);
    spans.take('send orders');
  });
});

function raise(error: Error): never {
  throw error;
}
