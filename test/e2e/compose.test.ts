import { expect } from 'chai';
import { ComposeStack } from './compose-stack.ts';
import { askUntil, traceOf, tracesWith, type JaegerSpan } from './jaeger.ts';

describe('the services in containers', () => {
  let stack: ComposeStack;

  before('bring the stack up', async () => {
    stack = await ComposeStack.create();
    await stack.up();
  });
  after('take the stack down', () => stack.down());

  const place = async (sku: string): Promise<{ orderId: string; traceId: string }> => {
    const response = await fetch(`${stack.ordersUrl}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sku, quantity: 2 }),
    });
    const { data, traceId } = (await response.json()) as { data: { orderId: string }; traceId: string };
    expect(response.status).to.equal(201);
    return { orderId: data.orderId, traceId };
  };
  const find = (spans: readonly JaegerSpan[], service: string, name: string, error = false): JaegerSpan | undefined =>
    spans.find((span) => span.service === service && span.name === name && (span.tags['error'] === true) === error);
  // The two services export by themselves, so that the last span may come before the middle ones.
  const expected = [
    'POST /orders',
    'audit note',
    'create orders.placed',
    'send orders.placed',
    'process orders.placed',
    'send shipments.created',
    'process shipments.created',
  ];
  const isWhole = (spans: readonly JaegerSpan[]): boolean => expected.every((name) => spans.some((span) => span.name === name));

  /** Asserts the whole way of an order, and gives its spans. */
  async function wholeTrace(traceId: string): Promise<readonly JaegerSpan[]> {
    const spans = await askUntil(() => traceOf(stack.jaegerUrl, traceId), isWhole);
    const request = find(spans, 'orders', 'POST /orders');
    const insert = spans.find(({ tags }) => String(tags['db.query.text'] ?? tags['db.statement']).startsWith('INSERT INTO orders'));
    const placed = find(spans, 'orders', 'create orders.placed');
    const relayed = find(spans, 'orders', 'send orders.placed');
    const processed = find(spans, 'fulfilment', 'process orders.placed');
    const shipped = find(spans, 'fulfilment', 'send shipments.created');
    const last = find(spans, 'orders', 'process shipments.created');

    expect(request?.tags['span.kind']).to.equal('server');
    expect(insert?.parentSpanId).to.equal(request?.spanId);
    expect(find(spans, 'orders', 'audit note')?.parentSpanId).to.equal(request?.spanId);
    expect(placed?.parentSpanId).to.equal(request?.spanId);
    expect(relayed?.parentSpanId).to.equal(placed?.spanId);
    expect(relayed?.links).to.include(placed?.spanId);
    expect(processed?.parentSpanId).to.equal(placed?.spanId);
    expect(processed?.links).to.include(placed?.spanId);
    expect(shipped?.parentSpanId).to.equal(processed?.spanId);
    expect(last?.parentSpanId).to.equal(shipped?.spanId);
    expect(last?.links).to.include(shipped?.spanId);

    const isBatch = (span: JaegerSpan): boolean => span.traceId !== traceId && shipped !== undefined && span.links.includes(shipped.spanId);
    const batches = await askUntil(
      () => tracesWith(stack.jaegerUrl, 'orders', 'process shipments.created'),
      (all) => all.some(isBatch),
    );
    const batch = batches.find(isBatch);
    expect(batch, 'the batch that links to the shipment').not.to.equal(undefined);
    expect(last?.links).to.include(batch?.spanId);
    return spans;
  }

  it('keep one trace from the HTTP request to the last consumer, with the batch linked to it', async () => {
    const { orderId, traceId } = await place('tea');
    await wholeTrace(traceId);
    const order = await fetch(`${stack.ordersUrl}/orders/${orderId}`);
    expect(await order.json()).to.have.nested.property('data.status', 'shipped');
  });

  it('show the failed delivery of a flaky order in the trace in which it succeeds', async () => {
    const { traceId } = await place('flaky');
    const spans = await wholeTrace(traceId);
    const failed = find(spans, 'fulfilment', 'process orders.placed', true);
    expect(failed?.parentSpanId).to.equal(find(spans, 'orders', 'create orders.placed')?.spanId);
  });

  it("write the answer's trace id on the log lines of both services", async () => {
    const { traceId } = await place('tea');
    await wholeTrace(traceId);
    for (const service of ['orders', 'fulfilment']) {
      const lines = (await stack.logs(service)).split('\n').filter((line) => line.includes(`"trace_id":"${traceId}"`));
      expect(lines, service).not.to.deep.equal([]);
      expect(JSON.parse(String(lines[0]))).to.include({ service, trace_id: traceId });
    }
  });
});
