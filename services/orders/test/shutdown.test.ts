import { expect } from 'chai';
import { Partitioners } from 'kafkajs';
import { placeOrder } from '../../../demo/place-order.ts';
import type { LogLine } from '../../kit/test/support/log-lines.ts';
import { partsOf } from '../../kit/test/support/service-under-test.ts';
import { ordersUnderTest, type OrdersUnderTest } from './support/orders-under-test.ts';

describe('the shutdown of the orders process', () => {
  const soon = (): AbortSignal => AbortSignal.timeout(10_000);
  const part = (lines: readonly LogLine[], name: string): unknown =>
    ((lines.at(-1)?.['parts'] ?? []) as readonly { readonly part: string }[]).find((candidate) => candidate.part === name);

  async function ship({ client, topics }: OrdersUnderTest, orderId: string): Promise<void> {
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: topics.shipments, messages: [{ key: orderId, value: JSON.stringify({ orderId }) }] });
    await producer.disconnect();
  }

  /** The number of messages that the group has committed. */
  async function committed({ client, topics, groupId }: OrdersUnderTest): Promise<number> {
    const admin = client.admin();
    await admin.connect();
    const [offsets] = await admin.fetchOffsets({ groupId, topics: [topics.shipments] });
    await admin.disconnect();
    return (offsets?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  }

  it('waits for an audit note whose client was answered long ago', async () => {
    await using orders = await ordersUnderTest();
    const { service, gate, receiver } = orders;
    const held = gate.hold('INSERT INTO audit_notes');
    const { orderId, traceId } = await placeOrder(orders.url, 'tea', soon());
    await held.reached;
    service.kill('SIGTERM');
    await service.line('Stopping');
    held.release();
    const { code, lines } = await service.ended;
    expect(code).to.equal(0);
    expect(part(lines, 'audit notes')).to.deep.include({ outcome: 'done', tasks: { finished: 1, failed: 0, spilled: 0, rejected: 0 } });
    expect(await orders.query('SELECT order_id, trace_id FROM audit_notes')).to.deep.equal([{ order_id: orderId, trace_id: traceId }]);
    expect(receiver.spans.filter((span) => span.traceId === traceId).map(({ name }) => name)).to.include('audit note');
  });

  it('answers the request in flight, and writes its audit note', async () => {
    await using orders = await ordersUnderTest();
    const { service, gate } = orders;
    const held = gate.hold('INSERT INTO orders');
    const placed = placeOrder(orders.url, 'tea', soon());
    await held.reached;
    service.kill('SIGTERM');
    await service.line('Stopping');
    held.release();
    const { orderId } = await placed;
    expect((await service.ended).code).to.equal(0);
    expect(await orders.query('SELECT order_id FROM audit_notes')).to.deep.equal([{ order_id: orderId }]);
  });

  it('abandons an audit note that hangs, names it and its trace, still exports its span, and exits with 1', async () => {
    await using orders = await ordersUnderTest({ SHUTDOWN_TIMEOUT: '2000' });
    const { service, gate, receiver } = orders;
    const held = gate.hold('INSERT INTO audit_notes');
    const { traceId } = await placeOrder(orders.url, 'tea', soon());
    await held.reached;
    const { code, lines } = await service.stop();
    expect(code).to.equal(1);
    expect(lines.at(-1)).to.include({ msg: 'Stopped with work left', level: 'error' });
    // How long the brokers take to let a member go is not what is shown here.
    expect(partsOf(lines).map((part) => part.replace(/^(consumers .+): .+/, '$1'))).to.deep.equal([
      'start start: done',
      'http server: done',
      'tasks audit notes: abandoned',
      'consumers shipments',
      'consumers audit notes',
      'producer outbox: done',
      'producer broker check: done',
      'producer audit notes: done',
      'tracing tracing: done',
      'database pool: abandoned',
    ]);
    const { abandoned } = part(lines, 'audit notes') as { abandoned: { name: string; traceId: string }[] };
    expect(abandoned.map((task) => [task.name, task.traceId])).to.deep.equal([['audit note', traceId]]);
    const span = receiver.spans.find(({ name }) => name === 'audit note');
    expect(span).to.include({ traceId });
    expect(span?.status.code).to.equal('error');
    expect(await orders.query('SELECT order_id FROM audit_notes')).to.deep.equal([]);
  });

  it('sends notes that have not started to the topic at the deadline, and names only the one in flight', async () => {
    await using orders = await ordersUnderTest({ SHUTDOWN_TIMEOUT: '1500', AUDIT_CONCURRENCY: '1', AUDIT_BACKLOG: '10' });
    const { service, gate } = orders;
    const held = gate.hold('INSERT INTO audit_notes');
    const atWork = await placeOrder(orders.url, 'tea', soon());
    await held.reached;
    const waiting = [await placeOrder(orders.url, 'tea', soon()), await placeOrder(orders.url, 'tea', soon())];
    const { code, lines } = await service.stop();
    expect(code).to.equal(1);
    const { tasks, abandoned } = part(lines, 'audit notes') as { tasks: unknown; abandoned: { traceId: string }[] };
    expect(tasks).to.deep.equal({ finished: 0, failed: 0, spilled: 2, rejected: 0 });
    expect(abandoned.map(({ traceId }) => traceId)).to.deep.equal([atWork.traceId]);

    const consumer = orders.client.consumer({ groupId: orders.kafka.groupId(), maxWaitTimeInMs: 100 });
    const spilled = new Map<unknown, string>();
    const { promise: all, resolve } = Promise.withResolvers<void>();
    await consumer.connect();
    await consumer.subscribe({ topic: orders.topics.audit, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        spilled.set((JSON.parse(String(message.value)) as { orderId: string }).orderId, String(message.headers?.['traceparent']));
        if (spilled.size === waiting.length) resolve();
      },
    });
    await all;
    await consumer.disconnect();
    for (const { orderId, traceId } of waiting) expect(spilled.get(orderId)).to.contain(traceId);
  });

  it('names a request that hangs', async () => {
    await using orders = await ordersUnderTest({ SHUTDOWN_TIMEOUT: '1500' });
    const held = orders.gate.hold('INSERT INTO orders');
    const placed = placeOrder(orders.url, 'tea', soon()).catch((error: Error) => error);
    await held.reached;
    const { code, lines } = await orders.service.stop();
    expect(code).to.equal(1);
    const { abandoned } = part(lines, 'server') as { abandoned: { name: string; traceId: string }[] };
    expect(abandoned.map(({ name }) => name)).to.deep.equal(['POST /orders']);
    expect(abandoned[0]?.traceId).to.match(/^[0-9a-f]{32}$/);
    expect(await placed).to.be.an('error');
  });

  it('finishes the message in flight, and commits it', async () => {
    await using orders = await ordersUnderTest();
    const { service, gate } = orders;
    const { orderId } = await placeOrder(orders.url, 'tea', soon());
    const held = gate.hold('UPDATE orders');
    await ship(orders, orderId);
    await held.reached;
    service.kill('SIGTERM');
    await service.line('Stopping');
    held.release();
    expect((await service.ended).code).to.equal(0);
    expect(await orders.query('SELECT status FROM orders')).to.deep.equal([{ status: 'shipped' }]);
    expect(await committed(orders)).to.equal(1);
  });

  it('names a message that hangs, and leaves it to the next member of the group', async () => {
    await using orders = await ordersUnderTest({ SHUTDOWN_TIMEOUT: '1500' });
    const { orderId } = await placeOrder(orders.url, 'tea', soon());
    const held = orders.gate.hold('UPDATE orders');
    await ship(orders, orderId);
    await held.reached;
    const { code, lines } = await orders.service.stop();
    expect(code).to.equal(1);
    const { abandoned } = part(lines, 'shipments') as { abandoned: { name: string }[] };
    expect(abandoned.map(({ name }) => name)).to.have.length(1);
    expect(abandoned[0]?.name).to.match(new RegExp(`^${orders.topics.shipments}\\[[0-2]\\]@0$`));
    expect(await committed(orders)).to.equal(0);
  });

  for (const [first, signal, expected] of [
    ['SIGINT', 'SIGTERM', 143],
    ['SIGTERM', 'SIGINT', 130],
  ] as const) {
    it(`exits at once with ${expected} when ${signal} comes during the shutdown`, async () => {
      await using orders = await ordersUnderTest();
      const { service, gate } = orders;
      const held = gate.hold('INSERT INTO audit_notes');
      await placeOrder(orders.url, 'tea', soon());
      await held.reached;
      service.kill(first);
      await service.line('Stopping');
      service.kill(signal);
      const { code, lines } = await service.ended;
      expect(code).to.equal(expected);
      expect(lines.at(-1)).to.include({ msg: 'Stopping' });
    });
  }
});
