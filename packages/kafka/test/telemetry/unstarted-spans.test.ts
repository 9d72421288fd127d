import type { Histogram, MetricData } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const [duration, sent] = ['messaging.client.operation.duration', 'messaging.client.sent.messages'];
const [processed, consumed] = ['messaging.process.duration', 'messaging.client.consumed.messages'];

describe('the metrics of an operation', () => {
  const { metrics, warnings } = useTracing();
  const failing = new TracerProvider({ sampler: { shouldSample: fail } });
  const options = { tracerProvider: failing };

  /** What was recorded, by the name of its metric: the count of a histogram, the value of a counter, and the `error.type`. */
  async function recorded(): Promise<object> {
    return Object.fromEntries([...(await metrics())].map(([name, metric]) => [name, points(metric)]));
  }

  it('are recorded when the sampler throws at a send of one message or of several', async () => {
    const producer = wrapProducer(new StubProducer(), options);
    await producer.send({ topic: 'orders', messages: [{ value: '1' }] });
    expect(await recorded()).to.deep.equal({ [duration]: [[1]], [sent]: [[1]] });
    await producer.send({ topic: 'orders', messages: [{ value: '2' }, { value: '3' }] });
    expect(await recorded()).to.deep.equal({ [duration]: [[2]], [sent]: [[3]] });
    expect(warnings.join()).to.include('starting a send span failed');
  });

  it('have the error of a send that fails when the sampler throws', async () => {
    const refusal = Object.assign(new Error('no'), { type: 'NOT_ENOUGH_REPLICAS' });
    const producer = wrapProducer(
      new StubProducer().answers(() => Promise.reject(refusal)),
      options,
    );
    const thrown: unknown = await producer.send({ topic: 'orders', messages: [{ value: '1' }] }).catch((error: unknown) => error);
    expect(thrown).to.equal(refusal);
    expect(await recorded()).to.deep.equal({ [duration]: [[1, 'NOT_ENOUGH_REPLICAS']], [sent]: [[1, 'NOT_ENOUGH_REPLICAS']] });
  });

  it('are recorded when the sampler throws at a handled message', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client, options).run({ eachMessage: async () => {} });
    await client.deliver(received());
    expect(await recorded()).to.deep.equal({ [consumed]: [[1]], [processed]: [[1]] });
    expect(warnings.join()).to.include('starting a process span failed');
  });

  it('are recorded when the headers of a message cannot be read', async () => {
    const client = new StubConsumer();
    let handled = 0;
    await wrapConsumer(client).run({ eachMessage: async () => void handled++ });
    await client.deliver(Object.defineProperty(received(), 'headers', { get: fail }));
    expect(handled).to.equal(1);
    expect(await recorded()).to.deep.equal({ [consumed]: [[1]], [processed]: [[1]] });
  });

  it('are recorded when forEachMessage cannot read the headers of a message', async () => {
    let handled = 0;
    const unreadable = Object.defineProperty(received(), 'headers', { get: fail });
    await forEachMessage(new StubConsumer().payload([unreadable]), () => void handled++);
    expect(handled).to.equal(1);
    expect(await recorded()).to.deep.equal({ [consumed]: [[1]], [processed]: [[1]] });
  });

  it('are recorded when the sampler throws at a commit', async () => {
    const client = new StubConsumer();
    await wrapConsumer(client, { ...options, groupId: 'g' }).commitOffsets([{ topic: 'orders', partition: 0, offset: '8' }]);
    expect(client.committed).to.have.length(1);
    const metric = (await metrics()).get(duration);
    expect(metric?.dataPoints.map(({ attributes }) => attributes)).to.deep.equal([
      {
        'messaging.system.name': 'kafka',
        'messaging.operation.name': 'commit',
        'messaging.operation.type': 'settle',
        'messaging.destination.name': 'orders',
        'messaging.consumer.group.name': 'g',
      },
    ]);
  });
});

function points({ dataPoints }: MetricData): readonly unknown[] {
  return dataPoints.map(({ value, attributes: { 'error.type': error } }) => {
    const count = typeof value === 'number' ? value : (value as Histogram).count;
    return error === undefined ? [count] : [count, error];
  });
}

function fail(): never {
  throw new Error('on purpose');
}
