import { outbox, type Outbox } from '@tracelink/kafka/outbox';
import { expect } from 'chai';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../demo/postgres/embedded-postgres.ts';
import { LogLines } from '../../kit/test/support/log-lines.ts';
import { inSpan, useTracing } from '../../kit/test/support/tracing.ts';
import { announceOrder } from '../src/order/place-order.ts';
import { ordersApp, type AppParts } from '../src/http/app.ts';
import { databasePool } from '../src/database/database-pool.ts';
import { OrderStore } from '../src/order/order-store.ts';
import type { Order } from '../src/order/order.ts';
import { detachedParts } from './support/detached-parts.ts';

describe('ordersApp', () => {
  const spans = useTracing();
  const afterwards: Order[] = [];
  let postgres: EmbeddedPostgres;
  let pool: ReturnType<typeof databasePool>;
  let store: OrderStore;
  let messages: Outbox;
  let logs: LogLines;

  before(async () => {
    postgres = await startEmbeddedPostgres();
    pool = databasePool(postgres.url, new LogLines().log);
    store = new OrderStore(pool);
    await store.prepare();
    messages = outbox(pool);
    await messages.ensure();
  });
  beforeEach(async () => {
    await pool.query('TRUNCATE orders, tracelink_outbox');
    afterwards.length = 0;
    logs = new LogLines();
  });
  after(async () => {
    await pool.end();
    await postgres.stop();
  });

  const app = (parts: Partial<AppParts> = {}): FastifyInstance =>
    ordersApp({
      ...detachedParts(),
      store,
      announce: announceOrder(messages, 'orders.placed'),
      afterwards: (order) => void afterwards.push(order),
      log: logs.log,
      ...parts,
    });
  /** The outbox's content: key and value of each message, in order. */
  const announced = async (): Promise<unknown[]> => {
    const { rows } = await pool.query<{ topic: string; key: Buffer; value: Buffer }>(
      'SELECT topic, key, value FROM tracelink_outbox ORDER BY id',
    );
    return rows.map(({ topic, key, value }) => [topic, key.toString(), JSON.parse(value.toString())]);
  };

  /** Sends a request inside a span and checks what holds for every answer. */
  async function ask(
    request: InjectOptions,
    service = app(),
  ): Promise<{ code: number; msg: string; data: Record<string, unknown> | null; traceId: string }> {
    const { response, traceId } = await inSpan('GET or POST', async (id) => ({ response: await service.inject(request), traceId: id }));
    spans.takeAll();
    const body = response.json<Record<string, unknown>>();
    expect(Object.keys(body)).to.deep.equal(['code', 'status', 'msg', 'data', 'timestamp', 'traceId']);
    expect(body['code']).to.equal(response.statusCode);
    expect(body['status']).to.equal(response.statusCode < 400 ? 'success' : 'error');
    expect(new Date(String(body['timestamp'])).toISOString()).to.equal(body['timestamp']);
    expect(body['traceId']).to.equal(traceId);
    expect(response.headers['content-type']).to.match(/^application\/json/);
    return body as never;
  }
  const post = (payload: unknown, service?: FastifyInstance): ReturnType<typeof ask> =>
    ask({ method: 'POST', url: '/orders', payload: payload as object }, service);

  it('stores an order with its message, and answers 201 with both ids', async () => {
    const { code, data } = await post({ sku: 'tea', quantity: 2 });
    expect(code).to.equal(201);
    const { status, ...told } = data as Record<string, unknown>;
    expect(await announced()).to.deep.equal([['orders.placed', told['orderId'], told]]);
    expect(afterwards).to.deep.equal([data]);
    expect(await store.find(String(data?.['orderId']))).to.deep.equal(data);
    expect({ ...told, status }).to.include({ sku: 'tea', quantity: 2, status: 'placed' });
  });

  it('stores no order without its message, and no message without its order', async () => {
    const unheard = await post({ sku: 'tea', quantity: 1 }, app({ announce: announceOrder(messages, 'no topic at all') }));
    expect(unheard.code).to.equal(500);
    expect((await pool.query('SELECT FROM orders')).rowCount).to.equal(0);

    // Deferred: the commit fails, after both statements succeeded.
    await pool.query('CREATE TABLE customers (id uuid PRIMARY KEY)');
    await pool.query('ALTER TABLE orders ADD CONSTRAINT known FOREIGN KEY (order_id) REFERENCES customers DEFERRABLE INITIALLY DEFERRED');
    const unstored = await post({ sku: 'tea', quantity: 1 });
    await pool.query('DROP TABLE customers CASCADE');
    expect(unstored.code).to.equal(500);
    expect([await announced(), afterwards]).to.deep.equal([[], []]);
  });

  it('returns an order, and 404 when it does not exist', async () => {
    const { data } = await post({ sku: 'tea', quantity: 2 });
    expect((await ask({ url: `/orders/${String(data?.['orderId'])}` })).data).to.deep.equal(data);
    expect((await ask({ url: '/orders/00000000-0000-4000-8000-000000000000' })).code).to.equal(404);
  });

  for (const [what, payload, field] of [
    ['a missing sku', { quantity: 1 }, 'sku'],
    ['a missing quantity', { sku: 'tea' }, 'quantity'],
    ['a quantity of 0', { sku: 'tea', quantity: 0 }, 'quantity'],
    ['a quantity of 1001', { sku: 'tea', quantity: 1001 }, 'quantity'],
    ['half a piece', { sku: 'tea', quantity: 1.5 }, 'quantity'],
    ['a quantity in quotes', { sku: 'tea', quantity: '1' }, 'quantity'],
    ['an empty sku', { sku: '', quantity: 1 }, 'sku'],
    ['a sku with a zero byte', { sku: 'te\0a', quantity: 1 }, 'sku'],
    ['a list', [], null],
  ] as const) {
    it(`rejects ${what} with 400, names the field and stores nothing`, async () => {
      const { code, data } = await post(payload);
      expect({ code, data }).to.deep.equal({ code: 400, data: { field } });
      expect([await announced(), afterwards]).to.deep.equal([[], []]);
    });
  }

  it('ignores unknown fields, and stores none of them', async () => {
    const { code, data } = await post({ sku: 'tea', quantity: 1, status: 'shipped', orderId: 'mine', __proto__: { a: 1 } });
    expect(code).to.equal(201);
    expect(data).to.include({ status: 'placed' });
    expect(data?.['orderId']).not.to.equal('mine');
  });

  it('answers malformed, absent, oversized and foreign bodies in the same shape', async () => {
    const json = { 'content-type': 'application/json' };
    const cases: readonly (readonly [InjectOptions, number])[] = [
      [{ headers: json, payload: '{"sku":' }, 400],
      [{ headers: json, payload: '' }, 400],
      [{}, 400],
      [{ headers: json, payload: JSON.stringify({ sku: 'x'.repeat(20_000), quantity: 1 }) }, 413],
      [{ headers: { 'content-type': 'text/xml' }, payload: '<order/>' }, 415],
    ];
    for (const [request, code] of cases) expect((await ask({ method: 'POST', url: '/orders', ...request })).code).to.equal(code);
  });

  it('answers unknown paths, other methods and broken paths in the same shape', async () => {
    expect((await ask({ url: '/nowhere' })).code).to.equal(404);
    expect((await ask({ method: 'DELETE', url: '/orders' })).code).to.equal(404);
    expect((await ask({ url: '/orders/not-an-id' })).data).to.deep.equal({ field: 'orderId' });
    expect((await ask({ url: '/%zz' })).code).to.equal(400);
  });

  it('logs internal errors only, with the trace of the request', async () => {
    const broken = new OrderStore(databasePool(postgres.url, logs.log));
    broken.find = () => Promise.reject(new TypeError('secret'));
    const { code, msg, traceId } = await ask({ url: '/orders/00000000-0000-4000-8000-000000000000' }, app({ store: broken }));
    expect({ code, msg }).to.deep.equal({ code: 500, msg: 'Something went wrong here' });
    const line = await logs.line('Request failed');
    expect(line['trace_id']).to.equal(traceId);
    expect(line['error']).to.include({ message: 'secret' });
  });

  it('is healthy when all dependencies answer, names the one that does not, and accepts orders without broker and relay', async () => {
    const up = { database: 'up', broker: 'up', outbox: 'up' };
    expect(await ask({ url: '/health' })).to.deep.include({ code: 200, msg: 'All up', data: up });
    const failing = (): Promise<void> => Promise.reject(new Error('closed'));
    expect(await ask({ url: '/health' }, app({ checkBroker: failing, checkOutbox: failing }))).to.deep.include({
      code: 200,
      msg: 'Down: broker, outbox',
      data: { ...up, broker: 'down', outbox: 'down' },
    });
  });
});
