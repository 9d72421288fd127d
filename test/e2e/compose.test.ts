import { jaegerTrace, type BackEndTrace, type TraceExpectation } from '@tracelink/testing';
import { traceAssertions } from '@tracelink/testing/chai';
import { expect, use } from 'chai';
import { ComposeStack } from './compose-stack.ts';

use(traceAssertions);

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

  /** The whole way of an order. The two services export by themselves, so that the last span may come before the middle ones. */
  const wholeWay = (trace: TraceExpectation): TraceExpectation =>
    trace
      .toHaveEdge('orders POST /orders', 'orders audit note', { via: 'parent' })
      .toHaveEdge('orders POST /orders', 'orders create orders.placed', { via: 'parent' })
      .toHaveEdge('orders create orders.placed', 'orders send orders.placed', { via: 'both' })
      .toHaveEdge('orders create orders.placed', 'fulfilment process orders.placed', { via: 'both' })
      .toHaveEdge('fulfilment process orders.placed', 'fulfilment send shipments.created', { via: 'parent' })
      .toHaveEdge('fulfilment send shipments.created', 'orders process shipments.created', { via: 'both' })
      // The message's span and the batch's, which is in a trace of its own, have one name.
      .toHaveEdge('orders process shipments.created', 'orders process shipments.created', { via: 'link' });

  async function wholeTrace(traceId: string): Promise<BackEndTrace> {
    const trace = await jaegerTrace(stack.jaegerUrl, traceId, { until: wholeWay, timeout: 60_000 });
    const own = trace.spans.filter((span) => span.traceId === traceId);
    const request = own.find(({ name }) => name === 'POST /orders');
    expect(request).to.include({ kind: 'server', parentSpanId: undefined });
    const insert = own.find(({ attributes }) => {
      const statement = attributes['db.query.text'] ?? attributes['db.statement'];
      return typeof statement === 'string' && statement.startsWith('INSERT INTO orders');
    });
    expect(insert).to.include({ parentSpanId: request?.spanId });

    const batches = trace.spans.filter((span) => span.traceId !== traceId && span.name === 'process shipments.created');
    const shipped = own.filter(({ name }) => name === 'send shipments.created');
    expect([...shipped, ...batches]).to.have.edge('send shipments.created', 'process shipments.created', { via: 'link' });
    return trace;
  }

  it('keep one trace from the HTTP request to the last consumer, with the batch linked to it', async () => {
    const { orderId, traceId } = await place('tea');
    await wholeTrace(traceId);
    const order = await fetch(`${stack.ordersUrl}/orders/${orderId}`);
    expect(await order.json()).to.have.nested.property('data.status', 'shipped');
  });

  it('have the studio beside them, which takes spans under the name that they know it by', async () => {
    expect(await (await fetch(stack.studioUrl)).text()).to.include('tracelink studio');
    const sent = `fetch('http://studio:4318/v1/traces', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })`;
    expect(await stack.exec('orders', ['node', '-e', `${sent}.then(({ status }) => console.log(status))`])).to.equal('200\n');
  });

  it('show the failed delivery of a flaky order in the trace in which it succeeds', async () => {
    const { traceId } = await place('flaky');
    const { spans } = await wholeTrace(traceId);
    const withoutSuccess = spans.filter(({ name, status }) => name !== 'process orders.placed' || status.code === 'error');
    expect(withoutSuccess).to.have.edge('orders create orders.placed', 'fulfilment process orders.placed', { via: 'both' });
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
