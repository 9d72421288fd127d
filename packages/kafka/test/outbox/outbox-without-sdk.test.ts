import { ProxyTracerProvider } from '@opentelemetry/api';
import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import { a, b } from '../support/telemetry/creation-contexts.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';

/** Of every format; two traces, as behind a service under an agent. */
const carried = {
  traceparent: a.traceparent,
  tracestate: 'a=1',
  b3: `${b.traceId}-${b.spanId}-1`,
  'X-B3-TraceId': b.traceId,
  'uber-trace-id': `${b.traceId}:${b.spanId}:0:1`,
  'sentry-trace': `${b.traceId}-${b.spanId}-1`,
  'x-datadog-trace-id': '1',
  newrelic: 'e30=',
  'x-amzn-trace-id': 'Root=1-00000001-000000000000000000000001',
  baggage: 'tenant=a',
  mine: 'own',
};

describe('an outbox without a tracer provider', () => {
  const kafka = useKafka();
  const { open, relay } = useOutboxes(useEmbeddedPostgres());

  it('keeps what the messages inherit from their class', async () => {
    class Order {
      readonly headers = { tenant: 'a' };
      readonly #id: string;
      constructor(id: string) {
        this.#id = id;
      }
      get key(): string {
        return this.#id;
      }
      get value(): string {
        return `order ${this.#id}`;
      }
    }
    const topic = await kafka.createTopic();
    const { box, pool } = await open({ tracing: { tracerProvider: new ProxyTracerProvider() } });
    await box.add(pool, { topic, messages: [new Order('7')] });
    relay(box, kafka.brokers());
    const [record] = await kafka.read(topic, 1);
    expect(record).to.deep.include({ key: Buffer.from('7'), value: Buffer.from('order 7') });
    expect(textHeaders(record?.headers)).to.include({ tenant: 'a' });
  });

  for (const [name, propagation] of [
    ['the global propagator', kafkaPropagation()],
    ['formats of its own', kafkaPropagation({ inject: ['b3'], extract: ['b3', 'w3c'] })],
  ] as const)
    it(`keeps every header of every format byte for byte, with ${name}`, async () => {
      const topic = await kafka.createTopic();
      const { box, pool } = await open({ tracing: { tracerProvider: new ProxyTracerProvider(), propagation } });
      const { traceparent, b3, ...without } = carried;
      await box.add(pool, { topic, messages: [carried, without, { b3 }, { traceparent }].map((headers) => ({ value: 'v', headers })) });
      relay(box, kafka.brokers());
      const received = (await kafka.read(topic, 4)).map(({ headers }) => textHeaders(headers));
      for (const headers of received) delete headers['tracelink-message-id'];
      expect(received).to.deep.equal([carried, without, { b3 }, { traceparent }]);
    });
});
