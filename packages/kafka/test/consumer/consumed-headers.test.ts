import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import type { IHeaders } from 'kafkajs';
import type { ConsumerOptions } from '../../src/telemetry/options.ts';
import { consumeEach, produce } from '../support/broker/consume.ts';
import { a, b, ids } from '../support/telemetry/creation-contexts.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

// Headers as a broker and kafkajs' decoder deliver them to the process span.
describe('headers that a wrapped consumer receives', () => {
  const kafka = useKafka();
  const { spans } = useTracing();

  async function parentAfter(headers: IHeaders, options: ConsumerOptions = {}): Promise<object | undefined> {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'v', headers }]);
    await consumeEach(kafka, topic, async () => {}, { options });
    return ids((await spans.waitFor(`process ${topic}`)).parentSpanContext);
  }

  it('may repeat: the last valid value counts (B19)', async () => {
    expect(await parentAfter({ traceparent: [a.traceparent, b.traceparent, 'broken'] })).to.deep.equal(ids(b));
  });

  it('may have the spelling of Java’s B3 (B20)', async () => {
    const headers = { 'X-B3-TraceId': a.traceId, 'X-B3-SpanId': a.spanId, 'X-B3-Sampled': '1' };
    expect(await parentAfter(headers, { propagation: kafkaPropagation({ extract: ['b3multi'] }) })).to.deep.equal(ids(a));
  });

  it('may be in another format than the preferred one (B21)', async () => {
    const headers = { traceparent: 'malformed', b3: `${b.traceId}-${b.spanId}-1` };
    expect(await parentAfter(headers, { propagation: kafkaPropagation({ extract: ['w3c', 'b3'] }) })).to.deep.equal(ids(b));
  });

  it('may have names of members of Object.prototype (B22)', async () => {
    const headers = { toString: 'x', constructor: 'y', hasOwnProperty: 'z', traceparent: a.traceparent };
    Object.defineProperty(headers, '__proto__', { value: 'p', enumerable: true });
    expect(await parentAfter(headers as unknown as IHeaders)).to.deep.equal(ids(a));
  });

  it('may be bytes that are not text', async () => {
    expect(await parentAfter({ traceparent: Buffer.from([0xff, 0xfe]), other: Buffer.alloc(1_000, 0xff) })).to.equal(undefined);
  });
});
