import { jaegerBackEnd } from '@tracelink/kafka/doctor';
import { jaegerTrace } from '@tracelink/testing';
import { traceAssertions } from '@tracelink/testing/chai';
import { expect, use } from 'chai';
import { startJaeger, type RunningJaeger } from './jaeger.ts';
import { linkedTraces, orderTrace, orderTree, wholeSpan } from '../../packages/testing/test/support/linked-traces.ts';

use(traceAssertions);

describe('jaegerTrace, of a Jaeger that runs', () => {
  let jaeger: RunningJaeger | undefined;
  let url: string;
  let otlpUrl: string;

  before('start Jaeger', async () => {
    jaeger = await startJaeger();
    url = jaeger.query;
    otlpUrl = `${jaeger.otlp}/v1/traces`;
  });
  after('stop Jaeger', () => jaeger?.stop());

  const send = async (body: object): Promise<void> => {
    const response = await fetch(otlpUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).to.equal(200);
  };

  it('waits for spans that come late, follows links both ways and reads all of them', async () => {
    const now = Date.now();
    const { orders, fulfilment } = linkedTraces(now);
    const waiting = jaegerTrace(url, orderTrace, {
      until: (trace) => trace.toHaveEdge('orders send orders.placed', 'fulfilment process orders.placed', { via: 'both' }),
    });
    await send(orders);
    const early = await jaegerTrace(url, orderTrace, { until: (trace) => trace.toHaveSpan('orders process orders.placed') });
    expect(early).not.to.have.span('fulfilment process orders.placed');
    await send(fulfilment);
    const trace = await waiting;
    expect(trace).to.have.traceTree(orderTree);
    // What the doctor asks.
    const backEnd = jaegerBackEnd(url);
    expect([await backEnd.hasTrace(orderTrace), await backEnd.hasTrace('f'.repeat(32))]).to.deep.equal([true, false]);
    expect(trace.spans.find(({ kind, traceId }) => kind === 'consumer' && traceId === orderTrace)).to.deep.equal(wholeSpan(now));
  });
});
