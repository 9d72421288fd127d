import { InFlight } from '@tracelink-demo/kit';
import { BackgroundTasks } from '@tracelink/context';
import { expect } from 'chai';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../demo/embedded-postgres.ts';
import { LogLines } from '../../kit/test/support/log-lines.ts';
import { inSpan, useTracing } from '../../kit/test/support/tracing.ts';
import { ordersApp, type AppParts } from '../src/app.ts';
import { databasePool } from '../src/database-pool.ts';
import { OrderStore } from '../src/order-store.ts';
import { reportTask } from '../src/report-task.ts';
import type { Order } from '../src/order.ts';

describe('ordersApp', () => {
  // Before the check that every span is taken: these tasks end when they like.
  afterEach('late orders have ended', async () => {
    expect((await lateOrders.drain()).abandoned).to.deep.equal([]);
    const others = spans.takeAll().filter(({ name }) => name !== 'late order');
    expect(others).to.deep.equal([]);
  });
  const spans = useTracing();
  const published: Order[] = [];
  const audited: Order[] = [];
  let postgres: EmbeddedPostgres;
  let pool: ReturnType<typeof databasePool>;
  let store: OrderStore;
  let logs: LogLines;
  let lateOrders: BackgroundTasks;

  before(async () => {
    postgres = await startEmbeddedPostgres();
    pool = databasePool(postgres.url, new LogLines().log);
    store = new OrderStore(pool);
    await store.prepare();
  });
  beforeEach(() => {
    published.length = 0;
    audited.length = 0;
    logs = new LogLines();
    lateOrders = new BackgroundTasks({ onError: reportTask(logs.log) });
  });
  after(async () => {
    await pool.end();
    await postgres.stop();
  });

  const app = (parts: Partial<AppParts> = {}): FastifyInstance =>
    ordersApp({
      store,
      publish: async (order) => void published.push(order),
      checkBroker: async () => {},
      audit: (order) => void audited.push(order),
      lateOrders,
      inFlight: new InFlight(),
      log: logs.log,
      brokerDeadline: 200,
      ...parts,
    });

  /** Sends a request inside a span and checks what holds for every answer. */
  async function ask(
    request: InjectOptions,
    service = app(),
  ): Promise<{ code: number; msg: string; data: Record<string, unknown> | null; traceId: string; name: string | undefined }> {
    const { response, traceId } = await inSpan('GET or POST', async (id) => ({ response: await service.inject(request), traceId: id }));
    const name = spans.takeAll().at(-1)?.name;
    const body = response.json<Record<string, unknown>>();
    expect(Object.keys(body)).to.deep.equal(['code', 'status', 'msg', 'data', 'timestamp', 'traceId']);
    expect(body['code']).to.equal(response.statusCode);
    expect(body['status']).to.equal(response.statusCode < 400 ? 'success' : 'error');
    expect(new Date(String(body['timestamp'])).toISOString()).to.equal(body['timestamp']);
    expect(body['traceId']).to.equal(traceId);
    expect(response.headers['content-type']).to.match(/^application\/json/);
    return { ...body, name } as never;
  }
  const post = (payload: unknown, service?: FastifyInstance): ReturnType<typeof ask> =>
    ask({ method: 'POST', url: '/orders', payload: payload as object }, service);

  it('stores an order, tells the others and answers 201 with both ids', async () => {
    const { code, data, name } = await post({ sku: 'tea', quantity: 2 });
    expect({ code, name }).to.deep.equal({ code: 201, name: 'POST /orders' });
    expect(published).to.deep.equal([data]);
    expect(audited).to.deep.equal([data]);
    expect(await store.find(String(data?.['orderId']))).to.deep.equal(data);
    expect(data).to.include({ sku: 'tea', quantity: 2, status: 'placed' });
  });

  it('shows an order, and says 404 for one that is not there', async () => {
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
    it(`refuses ${what} with 400, names the field and stores nothing`, async () => {
      const { code, data } = await post(payload);
      expect({ code, data }).to.deep.equal({ code: 400, data: { field } });
      expect([published, audited]).to.deep.equal([[], []]);
    });
  }

  it('ignores what it does not know, and takes nothing of it along', async () => {
    const { code, data } = await post({ sku: 'tea', quantity: 1, status: 'shipped', orderId: 'mine', __proto__: { a: 1 } });
    expect(code).to.equal(201);
    expect(data).to.include({ status: 'placed' });
    expect(data?.['orderId']).not.to.equal('mine');
  });

  it('gives malformed, absent, oversized and foreign bodies an answer of the same shape', async () => {
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

  it('gives unknown paths, other methods and broken paths an answer of the same shape', async () => {
    expect((await ask({ url: '/nowhere' })).code).to.equal(404);
    expect((await ask({ method: 'DELETE', url: '/orders' })).code).to.equal(404);
    expect((await ask({ url: '/orders/not-an-id' })).data).to.deep.equal({ field: 'orderId' });
    expect((await ask({ url: '/%zz' })).code).to.equal(400);
  });

  it('says 503 when the broker refuses, keeps the order as unsent and gives its id', async () => {
    const { code, data } = await post({ sku: 'tea', quantity: 1 }, app({ publish: () => Promise.reject(new Error('closed')) }));
    expect(code).to.equal(503);
    expect(data).to.include({ status: 'unsent' });
    expect(await store.find(String(data?.['orderId']))).to.include({ status: 'unsent' });
    expect(audited.map(({ orderId }) => orderId)).to.deep.equal([data?.['orderId']]);
    expect((await logs.line('The order was not sent'))['orderId']).to.equal(data?.['orderId']);
  });

  it('waits for a silent broker no longer than the deadline, and places the order again when the message got through late', async () => {
    const sent = Promise.withResolvers<void>();
    const { code, data } = await post({ sku: 'tea', quantity: 1 }, app({ publish: () => sent.promise }));
    expect(code).to.equal(503);
    sent.resolve();
    await logs.line('The broker took the order late');
    expect(await store.find(String(data?.['orderId']))).to.include({ status: 'placed' });
  });

  it('does not call an order unsent that was shipped meanwhile', async () => {
    const publish = async ({ orderId }: Order): Promise<void> => {
      await store.move(orderId, ['placed'], 'shipped');
      throw new Error('no answer');
    };
    const { data } = await post({ sku: 'tea', quantity: 1 }, app({ publish }));
    expect(await store.find(String(data?.['orderId']))).to.include({ status: 'shipped' });
  });

  it('keeps what went wrong inside to the log, under the trace of the request', async () => {
    const broken = new OrderStore(databasePool(postgres.url, logs.log));
    broken.find = () => Promise.reject(new TypeError('secret'));
    const { code, msg, traceId } = await ask({ url: '/orders/00000000-0000-4000-8000-000000000000' }, app({ store: broken }));
    expect({ code, msg }).to.deep.equal({ code: 500, msg: 'Something went wrong here' });
    const line = await logs.line('Request failed');
    expect(line['trace_id']).to.equal(traceId);
    expect(line['error']).to.include({ message: 'secret' });
  });

  it('is healthy when both answer, and names the one that does not', async () => {
    expect(await ask({ url: '/health' })).to.deep.include({ code: 200, data: { database: 'up', broker: 'up' } });
    const noBroker = app({ checkBroker: () => Promise.reject(new Error('closed')) });
    expect(await ask({ url: '/health' }, noBroker)).to.deep.include({
      code: 503,
      msg: 'Down: broker',
      data: { database: 'up', broker: 'down' },
    });
  });
});
