import { kafkaPropagation, type Extraction } from '@tracelink/propagation';
import { expect } from 'chai';

// The rows of docs/headers-in-the-wild.md that a reader decides alone.
const propagation = kafkaPropagation({ extract: ['w3c', 'b3', 'b3multi', 'jaeger', 'cloudevents'] });
const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const fresh = `00-${traceId}-${spanId}-01`;
const stale = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

function read(headers: unknown): Extraction {
  return propagation.extract(headers, 'orders');
}

const found: readonly (readonly [writer: string, headers: unknown])[] = [
  ['kafkajs, where a name is repeated', { traceparent: [Buffer.from(stale), Buffer.from(fresh)] }],
  ['kafkajs, where a header is named as a method', { toString: [() => '', Buffer.from('x')], traceparent: Buffer.from(fresh) }],
  ['@platformatic/kafka', new Map([[Buffer.from('traceparent'), Buffer.from(fresh)]])],
  ['Java’s client, with a null beside it', { traceparent: Buffer.from(fresh), tenant: null }],
  ['AWS Lambda’s event source for MSK', [{ traceparent: [...Buffer.from(stale)] }, { traceparent: [...Buffer.from(fresh)] }]],
  ['Powertools for AWS Lambda', [{ traceparent: stale }, { traceparent: fresh }]],
  ['Spring 4.1.2', { traceparent: Buffer.from(fresh), list: Buffer.from('["java.util.ArrayList",["a"]]') }],
  ['the CloudEvents SDK', { ce_type: 'order', ce_time: undefined, ce_traceparent: fresh }],
  ['Confluent’s serializers', { __key_schema_id: Buffer.from([1, ...Buffer.alloc(16)]), traceparent: Buffer.from(fresh) }],
  ['dd-trace', { traceparent: fresh, 'x-datadog-trace-id': '9532127138774266268', 'x-datadog-parent-id': '13235353014750950193' }],
  ['an agent that leaves an older name in capitals', { Traceparent: stale, traceparent: fresh }],
  ['Kafka Connect, as b3', { b3: `${traceId}-${spanId}-1` }],
];

const notFound: readonly (readonly [writer: string, headers: unknown])[] = [
  ['@confluentinc/kafka-javascript, without headers', undefined],
  ['Java’s client, with a null', { traceparent: null }],
  ['Kafka Connect, which took an id for a number', { 'X-B3-TraceId': traceId, 'X-B3-SpanId': '20000000000001', 'X-B3-Sampled': '1' }],
  ['Kafka Connect, which took an id for a decimal', { 'X-B3-TraceId': traceId, 'X-B3-SpanId': '1.2345678E9012345', 'X-B3-Sampled': '1' }],
  ['Spring’s older mappers, in JSON quotes', { traceparent: `"${fresh}"` }],
  ['NestJS, joined by a comma', { traceparent: `${stale},${fresh}` }],
  ['AWS Lambda’s event source, with numbers that are no bytes', [{ traceparent: [...Buffer.from(fresh), 256] }]],
  ['Sentry', { 'sentry-trace': `${traceId}-${spanId}-1` }],
  ['Instana', { X_INSTANA_T: traceId, X_INSTANA_S: spanId }],
];

describe('headers as other software leaves them', () => {
  for (const [writer, headers] of found)
    it(`give the context of ${writer}`, () => {
      expect(read(headers).creationContext).to.include({ traceId, spanId });
    });

  for (const [writer, headers] of notFound)
    it(`give no context of ${writer}, and none that is wrong`, () => {
      expect(read(headers).creationContext).to.equal(undefined);
    });

  it('give Jaeger’s baggage, percent-encoded or as it stands', () => {
    for (const value of ['acme%20caf%C3%A9', 'acme café'])
      expect(read({ 'uberctx-tenant': Buffer.from(value) }).baggage?.getEntry('tenant')?.value).to.equal('acme café');
  });

  it('give what AWS Lambda’s event source has as signed bytes, and nothing of an array without end', () => {
    const signed = [...Buffer.from('café')].map((byte) => (byte > 127 ? byte - 256 : byte));
    expect(read([{ 'uberctx-tenant': signed }]).baggage?.getEntry('tenant')?.value).to.equal('café');
    expect(read([{ traceparent: Array.from({ length: 100_000 }, () => 48) }]).creationContext).to.equal(undefined);
  });

  it('give Sentry’s members as entries of the baggage', () => {
    expect(read({ baggage: `sentry-trace_id=${traceId}` }).baggage?.getEntry('sentry-trace_id')?.value).to.equal(traceId);
  });
});
