import { expect } from 'chai';
import { environmentOptions } from '../../src/core/environment.ts';
import type { ProducerOptions } from '../../src/telemetry/options.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const common = {
  'messaging.operation.name': 'send',
  'messaging.operation.type': 'send',
  'messaging.destination.name': 'orders',
  'messaging.destination.partition.id': '3',
};
const of145 = {
  'messaging.system.name': 'kafka',
  'kafka.message.key': 'k',
  'kafka.message.tombstone': true,
  'kafka.offset': 42,
  'kafka.cluster.id': 'main',
};
const of144 = {
  'messaging.system': 'kafka',
  'messaging.kafka.message.key': 'k',
  'messaging.kafka.message.tombstone': true,
  'messaging.kafka.offset': 42,
  'messaging.kafka.cluster.id': 'main',
};

describe('attribute names', () => {
  const { spans, metrics } = useTracing();

  async function attributesWith(options: ProducerOptions): Promise<object> {
    const client = new StubProducer().answers(() => Promise.resolve([{ topicName: 'orders', partition: 3, baseOffset: '42' }]));
    await wrapProducer(client, { clusterId: 'main', ...options }).send({
      topic: 'orders',
      messages: [{ key: Buffer.from('k'), value: null }],
    });
    return spans.take('send orders').attributes;
  }

  it('are those of 1.45, of 1.44, or both with equal values (0.5, 0.6)', async () => {
    expect(await attributesWith({ semconv: '1.45' })).to.deep.equal({ ...common, ...of145 });
    expect(await attributesWith({ semconv: '1.44' })).to.deep.equal({ ...common, ...of144 });
    expect(await attributesWith({ semconv: 'dup' })).to.deep.equal({ ...common, ...of145, ...of144 });
  });

  it('are the same on metrics, which have no cluster', async () => {
    await attributesWith({ semconv: 'dup' });
    const [point] = (await metrics()).get('messaging.client.sent.messages')?.dataPoints ?? [];
    expect(point?.attributes).to.include({ 'messaging.system.name': 'kafka', 'messaging.system': 'kafka' });
    expect(point?.attributes).to.not.have.any.keys('kafka.cluster.id', 'messaging.kafka.cluster.id');
  });

  it('are without the cluster on a create span, which comes before any client is asked to send', async () => {
    await wrapProducer(new StubProducer(), { clusterId: 'main', createSpans: true }).send({ topic: 'orders', messages: [{ value: 'v' }] });
    expect(spans.take('create orders').attributes).to.not.have.property('kafka.cluster.id');
    expect(spans.take('send orders').attributes).to.include({ 'kafka.cluster.id': 'main' });
  });

  it('follow OTEL_SEMCONV_STABILITY_OPT_IN, which an option overrides (1.1, 1.2)', async () => {
    const before = process.env['OTEL_SEMCONV_STABILITY_OPT_IN'];
    try {
      process.env['OTEL_SEMCONV_STABILITY_OPT_IN'] = 'http,Messaging/DUP';
      expect(await attributesWith({})).to.deep.equal({ ...common, ...of145, ...of144 });
      expect(await attributesWith({ semconv: '1.45' })).to.deep.equal({ ...common, ...of145 });
    } finally {
      if (before === undefined) delete process.env['OTEL_SEMCONV_STABILITY_OPT_IN'];
      else process.env['OTEL_SEMCONV_STABILITY_OPT_IN'] = before;
    }
  });

  it('come from a comma-separated list in any case with blanks, in which messaging/dup wins (1.1, 1.2)', () => {
    const asked = [',', 'messaging', 'http/dup', ' messaging/dup ', 'messaging,messaging/dup', 'MESSAGING/DUP,messaging', 'messaging/dupe'];
    const found = asked.map((list) => environmentOptions({ OTEL_SEMCONV_STABILITY_OPT_IN: list }).semconv);
    expect(found).to.deep.equal(['1.45', '1.45', '1.45', 'dup', 'dup', 'dup', '1.45']);
  });

  it('have values of the conventions’ types: a key only when it is text, tombstone only when true (1.22, 1.23, B25)', async () => {
    const keyed = async (key: unknown, value: unknown): Promise<Record<string, unknown>> => {
      await wrapProducer(new StubProducer()).send({ topic: 'orders', messages: [{ key, value }] });
      return spans.take('send orders').attributes;
    };
    expect(await keyed('', ''))
      .to.include({ 'kafka.message.key': '' })
      .and.not.have.property('kafka.message.tombstone');
    for (const key of [null, undefined, 7, Buffer.from([0xff, 0xfe])])
      expect(await keyed(key, 'v')).to.not.have.property('kafka.message.key');
    expect(await keyed(new Uint8Array([0xc3, 0xa9]), null)).to.include({ 'kafka.message.key': 'é', 'kafka.message.tombstone': true });
  });
});
