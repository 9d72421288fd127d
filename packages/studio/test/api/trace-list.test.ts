import { startStudio, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import { get, post, tell } from '../support/post.ts';
import { orderTraces } from '../support/order-flow.ts';
import { logOf, spanId, traceId, type ToldSpan } from '../support/otlp.ts';
import { rawRequest } from '../support/raw-request.ts';

interface Summary {
  readonly traceId: string;
  readonly name: string;
  readonly service: string;
  readonly services: readonly string[];
  readonly linkedTraceIds: readonly string[];
  readonly batches: readonly Summary[];
}
interface List {
  readonly traces: readonly Summary[];
  readonly held: Record<string, number>;
  readonly services: readonly string[];
  readonly topics: readonly string[];
}
interface Trace {
  readonly spans: readonly Record<string, unknown>[];
}
const flowStartUs = Date.UTC(2026, 10, 24, 12) * 1_000;
const base: ToldSpan = { trace: 'base', id: 'root', service: 'orders', name: 'GET /', kind: 'server', at: 0, for: 10 };
const trace = (studio: Studio, name: string): Promise<Trace> => get(studio, `/api/traces/${traceId(name)}`);
const list = (studio: Studio, query = ''): Promise<List> => get(studio, `/api/traces${query}`);
const names = async (studio: Studio, query: string): Promise<string[]> => (await list(studio, query)).traces.map(({ name }) => name);

describe('the list of traces', () => {
  it('has the root, times, services and linked traces of each trace', async () => {
    await using studio = await startStudio({ port: 0 });
    await post(studio, orderTraces);
    const { traces, services, topics, held } = await list(studio);
    expect(traces[2]).to.deep.equal({
      traceId: traceId('order'),
      name: 'POST /orders',
      service: 'orders',
      startUs: flowStartUs,
      durationUs: 60_008_000,
      spans: 6,
      errors: 2,
      services: ['fulfilment', 'orders'],
      topics: ['orders.placed', 'orders.placed.fulfilment.dead-letter'],
      badges: ['retried', 'dead-letter'],
      imported: false,
      linkedTraceIds: [traceId('batch')],
      batches: [],
    });
    // Those to and from it, that are here, once.
    expect(traces[0]).to.deep.include({ name: 'process orders.placed', linkedTraceIds: [traceId('order'), traceId('other')] });
    expect(services).to.deep.equal(['fulfilment', 'orders', 'reports', 'shop']);
    expect(topics).to.deep.equal(['orders.placed', 'orders.placed.fulfilment.dead-letter']);
    expect(held).to.include({ traces: 3, spans: 8, dropped: 0 });
  });

  it('names a trace by its earliest span until its root arrives', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(
      studio,
      { ...base, id: 'b', parent: 'root', name: 'later', at: 5 },
      { ...base, id: 'a', parent: 'root', name: 'earlier', at: 2 },
    );
    expect(await names(studio, '')).to.deep.equal(['earlier']);
    await tell(studio, { ...base, name: 'the root', at: 3 });
    expect(await names(studio, '')).to.deep.equal(['the root']);
  });

  it('filters by text, service, topic, badge, errors and duration, and returns up to the limit, newest first', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(
      studio,
      {
        ...base,
        trace: 'a',
        name: 'GET /a.b',
        at: 3,
        attributes: { 'app.order.id': 'Tea-7', 'app.list': ['x', 'needle'], 'app.count': 4711, 'messaging.destination': 'old' },
      },
      {
        ...base,
        trace: 'b',
        name: 'GET /axb',
        at: 2,
        service: 'stock',
        error: 'no',
        attributes: { 'messaging.destination.name': 'orders' },
      },
      { ...base, trace: 'c', name: 'GET /c', at: 1, for: 100, attributes: { 'tracelink.delivery.attempt': 2 } },
    );
    const all = ['GET /a.b', 'GET /axb', 'GET /c'];
    expect(await names(studio, '')).to.deep.equal(all);
    for (const [query, found] of [
      ['?search=A.B', ['GET /a.b']],
      ['?search=tea-7', ['GET /a.b']],
      ['?search=NEEDLE', ['GET /a.b']],
      ['?search=4711', ['GET /a.b']],
      ['?search=sto', ['GET /axb']],
      [`?search=${traceId('c').toUpperCase()}`, ['GET /c']],
      [`?search=${spanId('root')}`, all],
      ['?search=%28%5B', []],
      ['?search=+&service=', all],
      ['?service=stock', ['GET /axb']],
      ['?service=sto', []],
      ['?topic=orders', ['GET /axb']],
      ['?topic=order', []],
      ['?topic=old', ['GET /a.b']],
      ['?badge=retried', ['GET /c']],
      ['?badge=replayed', []],
      ['?topic=&badge=', all],
      ['?error=true', ['GET /axb']],
      ['?minDurationUs=10001', ['GET /c']],
      ['?limit=2', all.slice(0, 2)],
      ['?limit=9999999', all],
      ['?error=true&service=orders', []],
    ] as const) {
      expect(await names(studio, query), query).to.deep.equal(found);
    }
    for (const query of ['?limit=-1', '?limit=x', '?minDurationUs=1.5', '?limit=']) {
      expect((await rawRequest(studio, `/api/traces${query}`)).status, query).to.equal(400);
    }
  });

  it('filters by attributes of one span, its resource, its events or its links, each with its value or by being there', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(
      studio,
      {
        ...base,
        trace: 'a',
        name: 'a',
        attributes: { 'messaging.destination.name': 'orders', 'app.count': 7, 'app.tags': ['x', 'two words'], constructor: 'no' },
      },
      {
        ...base,
        trace: 'a',
        id: 'child',
        parent: 'root',
        name: 'child',
        service: 'stock',
        attributes: { 'app.done': true, 'app.none': '' },
      },
      {
        ...base,
        trace: 'b',
        name: 'b',
        at: -1,
        attributes: { 'messaging.destination.name': 'payments' },
        events: [{ name: 'exception', at: 1, attributes: { 'exception.type': 'ShelfMissingError' } }],
        links: [{ trace: 'a', id: 'root', attributes: { 'tracelink.link.kind': 'origin' } }],
      },
    );
    for (const [query, found] of [
      ['', ['a', 'b']],
      ['messaging.destination.name=orders', ['a']],
      ['messaging.destination.name=order', []],
      ['messaging.destination.name exists', ['a', 'b']],
      ['Messaging.destination.name exists', []],
      ['app.count=7', ['a']],
      ['app.count=7.0', []],
      ['app.tags="two words"', ['a']],
      [String.raw`app.tags="[\"x\",\"two words\"]"`, ['a']],
      ['app.done=true app.none=""', ['a']],
      // They are of two spans.
      ['app.done=true app.count=7', []],
      ['service.name=stock', ['a']],
      ['service.name=stock app.done exists', ['a']],
      ['service.name=stock app.count exists', []],
      ['exception.type=ShelfMissingError', ['b']],
      ['tracelink.link.kind=origin', ['b']],
      ['toString exists', []],
      ['constructor=no', ['a']],
    ] as const) {
      expect(await names(studio, `?attributes=${encodeURIComponent(query)}`), query).to.deep.equal(found);
    }
    expect(await names(studio, '?attributes=app.count%3D7&service=stock')).to.deep.equal(['a']);
    const { status, body } = await rawRequest(studio, '/api/traces?attributes=orders');
    expect([status, JSON.parse(body)]).to.deep.equal([
      400,
      { error: 'orders is no condition: write orders=value, orders="a value", or orders exists.' },
    ]);
  });

  it('has the badge of a replay where a message has its origin in another trace, not at a second hop of one or where the trace broke', async () => {
    await using studio = await startStudio({ port: 0 });
    const toFirst = { trace: 'first', id: 'root', attributes: { 'tracelink.link.kind': 'origin' } };
    const toLater = { trace: 'first', id: 'hop', attributes: { 'tracelink.link.kind': 'broken_trace' } };
    const broken = { name: 'tracelink.trace.broken', at: 0 };
    await tell(
      studio,
      { ...base, trace: 'first', name: 'first' },
      { ...base, trace: 'first', id: 'hop', parent: 'root', at: 5, links: [toFirst] },
      { ...base, trace: 'again', name: 'again', at: 20, links: [toFirst] },
      // Other software began these traces: at the first hop the link to the origin is the only one.
      { ...base, trace: 'broken at once', name: 'broken at once', at: 30, links: [toFirst], events: [broken] },
      { ...base, trace: 'broken later', name: 'broken later', at: 40, links: [toFirst, toLater], events: [broken] },
    );
    expect(await names(studio, '?badge=replayed')).to.deep.equal(['again']);
  });

  it('filters by time: a span was going on in it, not only the trace around it', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(
      studio,
      { ...base, trace: 'a', name: 'a', at: 0, for: 10 },
      { ...base, trace: 'a', id: 'again', parent: 'root', name: 'replayed', at: 5_000, for: 10, attributes: { 'app.late': true } },
      { ...base, trace: 'b', name: 'b', at: 1_000, for: 500 },
    );
    const at = (ms: number): number => flowStartUs + ms * 1_000;
    for (const [query, found] of [
      [`?sinceUs=${at(0)}`, ['b', 'a']],
      [`?sinceUs=${at(1_500)}`, ['b', 'a']],
      [`?sinceUs=${at(1_500) + 1}`, ['a']],
      [`?sinceUs=${at(5_010) + 1}`, []],
      [`?untilUs=${at(1_000)}`, ['b', 'a']],
      [`?untilUs=${at(1_000) - 1}`, ['a']],
      [`?untilUs=${at(0) - 1}`, []],
      [`?untilUs=${Date.UTC(9_999, 11, 31)}000`, ['b', 'a']],
      ['?sinceUs=18446744073709551615', []],
      [`?sinceUs=${at(1_200)}&untilUs=${at(1_200)}`, ['b']],
      [`?sinceUs=${at(11)}&untilUs=${at(900)}`, []],
      [`?untilUs=${at(900)}&attributes=app.late+exists`, []],
      [`?sinceUs=${at(900)}&attributes=app.late+exists`, ['a']],
    ] as const) {
      expect(await names(studio, query), query).to.deep.equal(found);
    }
    const { status, body } = await rawRequest(studio, `/api/traces?sinceUs=${at(1)}&untilUs=${at(0)}`);
    expect([status, JSON.parse(body)]).to.deep.equal([
      400,
      { error: 'The time ends before it begins: set a later end, or an earlier begin.' },
    ]);
  });

  it('sorts by start, duration, number of spans, or errors first, before it is cut to the limit', async () => {
    await using studio = await startStudio({ port: 0 });
    const child = { ...base, parent: 'root', for: 1 };
    await tell(
      studio,
      { ...base, trace: 'a', name: 'a', at: 1, for: 900 },
      { ...base, trace: 'b', name: 'b', at: 2, error: 'no' },
      { ...child, trace: 'b', id: 'c1', at: 2, error: 'no' },
      { ...child, trace: 'b', id: 'c2', at: 2 },
      { ...base, trace: 'c', name: 'c', at: 3, error: 'no' },
      { ...base, trace: 'd', name: 'd', at: 4 },
      { ...child, trace: 'd', id: 'c1', at: 4 },
    );
    for (const [sort, found] of [
      ['newest', ['d', 'c', 'b', 'a']],
      ['longest', ['a', 'd', 'c', 'b']],
      ['most-spans', ['b', 'd', 'c', 'a']],
      ['errors', ['c', 'b', 'd', 'a']],
    ] as const) {
      expect(await names(studio, `?sort=${sort}`), sort).to.deep.equal(found);
      expect(await names(studio, `?sort=${sort}&limit=1`), sort).to.deep.equal(found.slice(0, 1));
    }
    const { status, body } = await rawRequest(studio, '/api/traces?sort=oldest');
    expect([status, JSON.parse(body)]).to.deep.equal([
      400,
      { error: 'There is no order "oldest", but newest, longest, most-spans, errors.' },
    ]);
  });

  it('folds traces of a batch alone, if asked, under a trace that the filter lists, also when its clock is late', async () => {
    await using studio = await startStudio({ port: 0 });
    const links = [
      { trace: 'a', id: 'root' },
      { trace: 'b', id: 'root' },
      { trace: 'gone', id: 'root' },
    ];
    const batch = { ...base, id: 'batch', for: 1, links, attributes: { 'messaging.batch.message_count': 2 } };
    await tell(
      studio,
      { ...base, trace: 'a', name: 'a', at: 10 },
      { ...base, trace: 'b', name: 'b', at: 20, service: 'stock' },
      { ...batch, trace: 'later', name: 'later', at: 30, service: 'orders' },
      { ...batch, trace: 'earlier', name: 'earlier', at: 5 },
      { ...batch, trace: 'lone', name: 'lone', at: 1, links: links.slice(2) },
    );
    const tree = async (query: string): Promise<unknown> =>
      (await list(studio, query)).traces.map(({ name, batches }) => [name, ...batches.map((folded) => folded.name)]);
    expect(await tree('?foldBatches=true')).to.deep.equal([['b', 'later', 'earlier'], ['a'], ['lone']]);
    expect(await tree('?foldBatches=true&service=orders')).to.deep.equal([['a', 'later', 'earlier'], ['lone']]);
    // Wherever the batch itself would stand in the order.
    expect(await tree('?foldBatches=true&sort=longest&limit=1')).to.deep.equal([['b', 'later', 'earlier']]);
    expect(await tree('')).to.deep.equal([['later'], ['b'], ['a'], ['earlier'], ['lone']]);
  });

  it('omits traces that have log lines only', async () => {
    await using studio = await startStudio({ port: 0 });
    await post(studio, logOf({ trace: 'base', id: 'root' }, 'orders', 1, 'INFO', 'early'));
    expect((await list(studio)).traces).to.deep.equal([]);
    expect((await rawRequest(studio, `/api/traces/${traceId('base')}`)).status).to.equal(404);
    await tell(studio, base);
    expect((await trace(studio, 'base')).spans[0]).to.include({ logs: 1 });
  });
});
