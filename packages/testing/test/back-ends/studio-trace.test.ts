import { startStudio, type Studio } from '@tracelink/studio';
import { expectTrace, studioTrace } from '@tracelink/testing';
import { expect } from 'chai';
import { backEnd } from '../support/back-end.ts';
import { linkedTraces, orderTrace, orderTree, wholeSpan } from '../support/linked-traces.ts';
import { rejection } from '../support/refusal.ts';

describe('studioTrace', () => {
  let studio: Studio;

  beforeEach(async () => {
    studio = await startStudio({ port: 0 });
  });
  afterEach(() => studio.stop());

  const send = async (body: object): Promise<void> => {
    const response = await fetch(`${studio.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).to.equal(200);
  };

  it('waits for spans that come late, follows links both ways and reads all that a span has', async () => {
    const now = Date.now();
    const { orders, fulfilment } = linkedTraces(now);
    const waiting = studioTrace(studio.url, orderTrace, {
      until: (trace) => trace.toHaveEdge('orders send orders.placed', 'fulfilment process orders.placed', { via: 'both' }),
    });
    await send(orders);
    const early = await studioTrace(studio.url, orderTrace);
    expectTrace(early).toHaveSpan('orders process orders.placed').not.toHaveSpan('fulfilment process orders.placed');
    await send(fulfilment);
    const trace = await waiting;
    expectTrace(trace).toMatchTree(orderTree);
    expect(trace).to.deep.include({ traceId: orderTrace, truncated: false });
    expect(trace.spans.find(({ kind, traceId }) => kind === 'consumer' && traceId === orderTrace)).to.deep.equal(wholeSpan(now));
  });

  it('has all of a trace and of its batch, whatever else the batch is linked with', async () => {
    const senders = Array.from({ length: 20 }, (_, index) => ({
      traceId: index === 0 ? orderTrace : `${10 + index}`.repeat(16),
      spanId: `${10 + index}`.repeat(8),
      name: 'send orders.placed',
    }));
    const links = senders.map(({ traceId, spanId }) => ({ traceId, spanId }));
    const batch = { traceId: 'b'.repeat(32), spanId: 'b'.repeat(16), name: 'process orders.placed', links };
    await send({ resourceSpans: [{ scopeSpans: [{ spans: [...senders, batch] }] }] });
    const trace = await studioTrace(studio.url, orderTrace, {
      until: (expected) => expected.toHaveEdge('send orders.placed', 'process orders.placed', { via: 'link', times: 1 }),
    });
    expect(trace.truncated).to.equal(false);
    expect(trace.spans.map(({ traceId }) => traceId)).to.have.members([orderTrace, batch.traceId]);
  });

  it('says at the end of its time that the studio has no span of the trace', async () => {
    const error = await rejection(studioTrace(studio.url, orderTrace, { timeout: 2_000 }));
    expect(error).to.include({ code: 'timeout' });
    expect(error.message).to.match(/The back end has no span of it: http:.*\/api\/traces\/\w+ answered 404: /);
  });

  it('leaves the service out where a resource has none', async () => {
    const span = { traceId: orderTrace, spanId: '1'.repeat(16), name: 'job' };
    await send({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    expectTrace(await studioTrace(studio.url, orderTrace)).toMatchTree(`
      trace
      └─ ?: job (internal)
    `);
  });

  it("refuses what is not a studio's answer", async () => {
    for (const answer of [null, {}, { spans: [{}], related: [], truncated: false }]) {
      await using server = await backEnd((_, response) => response.end(JSON.stringify(answer)));
      const error = await rejection(studioTrace(server.url, orderTrace));
      expect(error).to.include({ code: 'back_end' });
      expect(error.message).to.include(`The answer to api/traces/${orderTrace} is not the studio's`);
    }
  });
});
