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

  it('give debug where OpenTelemetry Python writes Jaeger’s flags of a sampled span (B36)', () => {
    expect(read({ 'uber-trace-id': Buffer.from(`${traceId}:${spanId}:0:03`) })).to.deep.include({ debug: true, sampling: 'inherit' });
  });

  it('give the names of baggage as JS and Python encode them, and as Go and Java leave them (B37)', () => {
    for (const name of ['acme.com%2Ftenant', 'acme.com/tenant'])
      expect(read({ baggage: Buffer.from(`${name}=acme`) }).baggage?.getEntry('acme.com/tenant')?.value).to.equal('acme');
    for (const name of ['cost%2Btax', 'cost+tax'])
      expect(read({ baggage: Buffer.from(`${name}=19`) }).baggage?.getEntry('cost+tax')?.value).to.equal('19');
  });

  it('give the trace and no entry where OpenTelemetry Go wrote more baggage than 8,192 bytes (B38)', () => {
    const baggage = `tenant=acme,cart=${'x'.repeat(5000)},note=${'x'.repeat(4000)}`;
    const extraction = read({ traceparent: Buffer.from(fresh), baggage: Buffer.from(baggage) });
    expect(extraction.creationContext).to.include({ traceId, spanId });
    expect(extraction.baggage).to.equal(undefined);
  });

  it('give what AWS Lambda’s event source has as signed bytes, and nothing of an array without end', () => {
    const signed = [...Buffer.from('café')].map((byte) => (byte > 127 ? byte - 256 : byte));
    expect(read([{ 'uberctx-tenant': signed }]).baggage?.getEntry('tenant')?.value).to.equal('café');
    expect(read([{ traceparent: Array.from({ length: 100_000 }, () => 48) }]).creationContext).to.equal(undefined);
  });

  it('give the application’s baggage without what Sentry and Camel put beside it', () => {
    const baggageOf = (baggage: string, options = {}): readonly string[] | undefined =>
      kafkaPropagation({ extract: ['w3c'], ...options })
        .extract({ baggage }, 'orders')
        .baggage?.getAllEntries()
        .map(([key]) => key);
    expect(baggageOf(`sentry-trace_id=${traceId},tenant=acme,camelScope=true`)).to.deep.equal(['tenant']);
    expect(baggageOf(`sentry-trace_id=${traceId}`)).to.equal(undefined);
    expect(baggageOf('sentry-release=1,tenant=acme', { baggage: ['sentry-release'] })).to.deep.equal(['sentry-release']);
  });

  it('give the contexts of other vendors where their formats are asked for', () => {
    const vendors = kafkaPropagation({ inject: ['w3c'], extract: ['datadog', 'instana', 'sentry'] });
    const read128 = { 'x-datadog-tags': `_dd.p.dm=-1,_dd.p.tid=${traceId.slice(0, 16)}` };
    const datadog = {
      'x-datadog-trace-id': String(BigInt(`0x${traceId.slice(16)}`)),
      'x-datadog-parent-id': String(BigInt(`0x${spanId}`)),
    };
    for (const headers of [
      { ...datadog, ...read128, 'x-datadog-sampling-priority': '2' },
      { X_INSTANA_T: Buffer.from(traceId), X_INSTANA_S: Buffer.from(spanId) },
      { 'sentry-trace': `${traceId}-${spanId}-1` },
    ])
      expect(vendors.extract(headers, 'orders').creationContext).to.include({ traceId, spanId, traceFlags: 1 });
    expect(vendors.extract(datadog, 'orders')).to.include({ sampling: 'defer' });
    expect(vendors.extract({ 'sentry-trace': `${traceId}-${spanId}` }, 'orders')).to.include({ sampling: 'defer' });
    expect(vendors.extract({ X_INSTANA_L_S: '0' }, 'orders')).to.include({ sampling: 'deny', creationContext: undefined });
    for (const broken of ['0', '18446744073709551616', '1e3', '-1', '', '12 '])
      expect(vendors.extract({ ...datadog, 'x-datadog-trace-id': broken }, 'orders').creationContext).to.equal(undefined);
    const forwarded = vendors
      .injection(vendors.extract({ 'sentry-trace': `${traceId}-${spanId}-1` }, 'in').asParent(), 'out')
      .into(datadog);
    expect(forwarded).to.not.have.any.keys('sentry-trace', 'x-datadog-trace-id', 'x-datadog-parent-id');
  });
});
