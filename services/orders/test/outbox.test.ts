import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { placeOrder, type PlacedOrder } from '../../../demo/place-order.ts';
import { partsOf } from '../../kit/test/support/service-under-test.ts';
import { ordersUnderTest, type OrdersUnderTest } from './support/orders-under-test.ts';

describe('orders and its outbox', () => {
  let kafka: EmbeddedKafka;
  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start();
  });
  afterEach(() => kafka.stop());

  const place = (url: string): Promise<PlacedOrder> => placeOrder(url, 'tea', AbortSignal.timeout(30_000));
  const start = (line?: string): Promise<OrdersUnderTest> => ordersUnderTest({ KAFKA_BROKERS: kafka.brokers.join(',') }, line);

  /** The orders that the topic has: id and trace of each message, with repetitions. */
  function sent({ topics }: OrdersUnderTest): PlacedOrder[] {
    const topic = kafka.topic(topics.orders);
    return Array.from({ length: topic.partitions }, (_, partition) => topic.records(partition))
      .flat()
      .map(({ key, headers }) => {
        const traceparent = String(headers.find((header) => header.key === 'traceparent')?.value);
        return { orderId: String(key), traceId: traceparent.split('-')[1] ?? '' };
      });
  }

  /** Resolves once the topic has this many messages. */
  async function arrived(orders: OrdersUnderTest, count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => void (sent(orders).length >= count && resolve());
    const stop = kafka.on('Produce', async (_request, next) => {
      const answer = await next();
      look();
      return answer;
    });
    look();
    await promise;
    stop();
  }

  it('accepts orders while the broker is down, reports that in its health, and sends them when the broker is up', async () => {
    await kafka.broker(1).stop();
    await using orders = await start('The broker is not up yet');
    const placed = await place(orders.url);
    const health = await fetch(`${orders.url}/health`);
    const { msg, data } = (await health.json()) as { msg: string; data: object };
    expect(health.status).to.equal(200);
    expect(msg).to.match(/^Down: broker/);
    expect(data).to.include({ database: 'up', broker: 'down' });
    await kafka.broker(1).start();
    await arrived(orders, 1);
    expect(sent(orders)).to.deep.equal([placed]);
    await orders.service.line('Ready');
  });

  it('leaves unsent messages to another process, which sends them in the trace of their request', async () => {
    await using orders = await start();
    const held = orders.gate.hold('WITH RECURSIVE topics');
    await held.reached;
    const placed = await place(orders.url);
    orders.service.kill('SIGKILL');
    await orders.service.ended;
    expect(sent(orders)).to.deep.equal([]);
    expect(await orders.query('SELECT topic FROM tracelink_outbox')).to.deep.equal([{ topic: orders.topics.orders }]);
    // In another group: the dead process' group waits until its session expires.
    const { service } = await orders.another({ KAFKA_GROUP_ID: 'living' });
    await arrived(orders, 1);
    expect(sent(orders)).to.deep.equal([placed]);
    await service.stop();
    const spans = orders.receiver.spans.filter(({ traceId }) => traceId === placed.traceId);
    expect(spans.map(({ name, kind }) => [name, kind])).to.deep.equal([[`send ${orders.topics.orders}`, 'client']]);
    expect(await orders.query('SELECT topic FROM tracelink_outbox')).to.deep.equal([]);
  });

  it('sends each order once, whichever of two processes accepted and sends it, and continues when one ends', async () => {
    await using orders = await start();
    const other = await orders.another();
    const placed = await Promise.all(Array.from({ length: 20 }, (_, index) => place(index % 2 === 0 ? orders.url : other.url)));
    await arrived(orders, placed.length);
    await orders.service.stop();
    placed.push(await place(other.url));
    await arrived(orders, placed.length);
    await other.service.stop();
    expect(sent(orders)).to.have.deep.members(placed);
  });

  it('ends after its messages are sent, and reports the outbox', async () => {
    await using orders = await start();
    const held = orders.gate.hold('WITH RECURSIVE topics');
    await held.reached;
    const placed = await place(orders.url);
    orders.service.kill('SIGTERM');
    await orders.service.line('Stopping');
    held.release();
    const { code, lines } = await orders.service.ended;
    expect(code).to.equal(0);
    expect(partsOf(lines)).to.include('producer outbox: done');
    expect((lines.at(-1)?.['parts'] as { part: string }[] | undefined)?.find(({ part }) => part === 'outbox')).to.have.nested.property(
      'relayed.cutOff',
      false,
    );
    expect(sent(orders)).to.deep.equal([placed]);
  });
});
