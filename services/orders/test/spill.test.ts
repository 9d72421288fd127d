import { expectTrace } from '@tracelink/testing';
import { expect } from 'chai';
import { Partitioners } from 'kafkajs';
import { placeOrder } from '../../../demo/place-order.ts';
import { ordersUnderTest } from './support/orders-under-test.ts';

describe('audit notes beyond the backlog', () => {
  it('go through the topic and are written once, in the trace of their order', async () => {
    await using orders = await ordersUnderTest({ AUDIT_CONCURRENCY: '1', AUDIT_BACKLOG: '0' });
    const { service, gate, receiver, topics } = orders;
    const held = gate.hold('INSERT INTO audit_notes');
    const first = await placeOrder(orders.url, 'tea', AbortSignal.timeout(10_000));
    await held.reached;
    const second = await placeOrder(orders.url, 'tea', AbortSignal.timeout(10_000));
    expect(await service.line('Spilled audit note written')).to.include({ orderId: second.orderId, trace_id: second.traceId });
    held.release();
    await service.line('Audit note written');

    const { code } = await service.stop();
    expect(code).to.equal(0);
    const rows = await orders.query('SELECT order_id, trace_id FROM audit_notes');
    expect(rows).to.have.deep.members([first, second].map(({ orderId, traceId }) => ({ order_id: orderId, trace_id: traceId })));
    const spans = receiver.spans.filter(({ traceId }) => traceId === second.traceId);
    expectTrace(spans)
      .toHaveEdge('audit note', `send ${topics.audit}`, { via: 'parent' })
      // The task created the message, whose headers it has: the send only carries it (semconv, "Send").
      .toHaveEdge('audit note', `process ${topics.audit}`, { via: 'both' });
  });

  it('are skipped when they cannot be read, and the next one is written', async () => {
    await using orders = await ordersUnderTest();
    const producer = orders.client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const note = { orderId: '11111111-1111-4111-8111-111111111111', text: 'noted', notedAt: '2026-01-02T03:04:05.678Z' };
    const malformed = [
      null,
      '{',
      '7',
      'null',
      JSON.stringify({ ...note, orderId: 'x' }),
      JSON.stringify({ ...note, text: 1 }),
      JSON.stringify({ ...note, notedAt: 1 }),
      JSON.stringify({ ...note, notedAt: 'then' }),
    ];
    await producer.connect();
    await producer.send({
      topic: orders.topics.audit,
      messages: [...malformed, JSON.stringify(note)].map((value) => ({ key: 'same partition', value })),
    });
    await producer.disconnect();
    expect(await orders.service.line('Spilled audit note written')).to.include({ orderId: note.orderId });
    const { lines } = await orders.service.stop();
    expect(lines.filter(({ msg }) => msg === 'Message skipped')).to.have.length(malformed.length);
    expect(await orders.query('SELECT note FROM audit_notes')).to.deep.equal([{ note: 'noted' }]);
  });
});
