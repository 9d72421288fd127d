import { startStudio, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import { get, post, tell } from '../support/post.ts';
import { orderTraces } from '../support/order-flow.ts';
import { logOf, spanId, traceId, type ToldLink, type ToldSpan } from '../support/otlp.ts';
import { rawRequest } from '../support/raw-request.ts';

interface Trace {
  readonly traceId: string;
  readonly spans: readonly Record<string, unknown>[];
}
interface Answer extends Trace {
  readonly related: readonly Trace[];
  readonly moreLinked: number;
  readonly undrawable: number;
  readonly moreBehind: boolean;
  readonly lostSpans: boolean;
  readonly truncated: boolean;
}

const flowStartUs = Date.UTC(2026, 10, 24, 12) * 1_000;
const base: ToldSpan = { trace: 'base', id: 'root', service: 'orders', name: 'GET /', kind: 'server', at: 0, for: 10 };
const trace = (studio: Studio, name: string): Promise<Answer> => get(studio, `/api/traces/${traceId(name)}`);

describe('one trace', () => {
  it('has every field of each span, with its links in both directions', async () => {
    await using studio = await startStudio({ port: 0 });
    await post(studio, orderTraces);
    await post(studio, logOf({ trace: 'order', id: 'sent' }, 'orders', 1, 'INFO', 'sent'));
    const { spans, related, truncated } = await trace(studio, 'order');
    expect(spans.find((span) => span['spanId'] === spanId('sent'))).to.deep.equal({
      traceId: traceId('order'),
      spanId: spanId('sent'),
      parentSpanId: spanId('request'),
      name: 'send orders.placed',
      kind: 'producer',
      service: 'orders',
      startUs: flowStartUs + 5_000,
      durationUs: 5_000,
      status: 'unset',
      attributes: { 'messaging.destination.name': 'orders.placed', 'messaging.operation.type': 'send' },
      events: [],
      links: [],
      linkedFrom: [
        { traceId: traceId('order'), spanId: spanId('try1'), name: 'process orders.placed', service: 'fulfilment' },
        { traceId: traceId('order'), spanId: spanId('try2'), name: 'process orders.placed', service: 'fulfilment' },
        { traceId: traceId('batch'), spanId: spanId('many'), name: 'process orders.placed', service: 'reports' },
      ],
      resource: { 'service.name': 'orders' },
      scope: { name: 'browser-test', version: '1.0.0' },
      logs: 1,
      message: { topic: 'orders.placed', does: 'send' },
    });
    // The batch, and the trace that the batch is linked with too.
    expect(related.map((other) => other.traceId)).to.have.members([traceId('batch'), traceId('other')]);
    expect(related.flatMap((other) => other.spans).find((span) => span['spanId'] === spanId('osent'))).to.have.nested.property(
      'linkedFrom.length',
      1,
    );
    expect(truncated).to.equal(false);
  });

  it('tells of each link what it leads to', async () => {
    await using studio = await startStudio({ port: 0 });
    const link = (name: string, kind?: string): ToldLink => {
      return { trace: name, id: 'sent', attributes: kind === undefined ? {} : { 'tracelink.link.kind': kind } };
    };
    const events = [{ name: 'tracelink.trace.broken', at: 1 }];
    const told: readonly (readonly [links: ToldLink[], kinds: string[], broke?: boolean])[] = [
      [
        [link('other'), link('base')],
        ['cause', 'cause'],
      ],
      [
        [link('other'), link('base', 'previous_attempt'), link('base', 'to come')],
        ['cause', 'retry', 'cause'],
      ],
      [
        [link('base', 'origin'), link('before', 'origin')],
        ['began', 'origin'],
      ],
      [[link('before', 'broken_trace'), link('before', 'origin'), link('base')], ['broken', 'began', 'cause'], true],
      // A record that was replayed, and whose trace broke after that.
      [[link('before', 'broken_trace'), link('long before', 'origin')], ['broken', 'origin'], true],
      [[link('before', 'origin')], ['broken'], true],
    ];
    await tell(
      studio,
      ...told.map(([links, , broke], index) => ({ ...base, id: String(index), links, ...(broke === true && { events }) })),
    );
    const { spans } = await trace(studio, 'base');
    const kinds = spans.map(({ links }) => (links as { kind: string }[]).map(({ kind }) => kind));
    expect(kinds).to.deep.equal(told.map(([, expected]) => expected));
  });

  it('is found by its id in upper or lower case', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(studio, base);
    expect((await get<Trace>(studio, `/api/traces/${traceId('base').toUpperCase()}`)).spans).to.have.length(1);
    for (const path of [traceId('none'), 'x', '..', '%00', `${traceId('base')}0`, `${traceId('base')}/${spanId('root')}`]) {
      const { status, body } = await rawRequest(studio, `/api/traces/${path}`);
      expect(status, path).to.equal(404);
      expect(JSON.parse(body)).to.have.keys('error');
    }
  });

  it('has an ETag that changes exactly when the answer changes', async () => {
    await using studio = await startStudio({ port: 0, maxSpans: 4 });
    const path = `/api/traces/${traceId('base')}`;
    const seen = new Set<string>();
    const expectNew = async (what: string): Promise<void> => {
      const { headers } = await rawRequest(studio, path);
      expect(seen.has(headers.etag ?? ''), what).to.equal(false);
      seen.add(headers.etag ?? '');
      const again = await rawRequest(studio, path, { headers: { 'if-none-match': headers.etag } });
      expect([again.status, again.body, again.headers.etag], what).to.deep.equal([304, '', headers.etag]);
    };
    await tell(studio, base);
    await expectNew('at first');
    await tell(studio, { ...base, id: 'child' });
    await expectNew('a span');
    await post(studio, logOf({ trace: 'base', id: 'root' }, 'orders', 1, 'INFO', 'x'));
    await expectNew('a log line');
    await tell(studio, { ...base, trace: 'next', links: [{ trace: 'base', id: 'root' }] });
    await expectNew('a link to it');
    await tell(studio, { ...base, trace: 'next', id: 'more' });
    await expectNew('a span of the trace that links');
    const [last] = [...seen].slice(-1);
    await tell(studio, { ...base, id: 'child' });
    await expectNew('a span again');
    await tell(studio, { ...base, trace: 'unlinked' });
    // The trace that links was the oldest.
    await expectNew('a trace that went');
    await using other = await startStudio({ port: 0 });
    await tell(other, base);
    expect((await rawRequest(other, path, { headers: { 'if-none-match': last } })).status).to.equal(200);
  });

  it('has another ETag when a trace outside of it starts or stops linking to it', async () => {
    await using studio = await startStudio({ port: 0, maxSpans: 4 });
    const behind = (name: string): NonNullable<ToldSpan['links']> => [{ trace: name, id: 'root' }];
    await tell(studio, base, { ...base, trace: 'next', links: behind('base') }, { ...base, trace: 'far', links: behind('next') });
    const state = async (): Promise<unknown[]> => {
      const { headers, body } = await rawRequest(studio, `/api/traces/${traceId('base')}`);
      return [headers.etag, (JSON.parse(body) as Answer).related.at(-1)?.spans[0]?.['linkedFrom']];
    };
    const [before, none] = await state();
    await tell(studio, { ...base, trace: 'beyond', links: behind('far') });
    // The others come again, so that it is the oldest.
    await tell(studio, base, { ...base, trace: 'next', links: behind('base') }, { ...base, trace: 'far', links: behind('next') });
    const [linked, one] = await state();
    await tell(studio, { ...base, trace: 'pushes the oldest out' });
    const [after, noneAgain] = await state();
    expect([none, noneAgain]).to.deep.equal([[], []]);
    expect(one).to.have.length(1);
    expect(new Set([before, linked, after]).size).to.equal(3);
  });

  it('has another ETag when one of the traces behind its linked ones goes, and another takes its place', async () => {
    // The trace, one linked with it and twelve behind that: ten are drawn.
    await using studio = await startStudio({ port: 0, maxSpans: 14 });
    const names = Array.from({ length: 12 }, (_, index) => `far ${index}`);
    const next = { ...base, trace: 'next', links: ['base', ...names].map((name) => ({ trace: name, id: 'root' })) };
    await tell(studio, ...names.map((name) => ({ ...base, trace: name })), base, next);
    const path = `/api/traces/${traceId('base')}`;
    const { headers } = await rawRequest(studio, path);
    await tell(studio, { ...base, trace: 'pushes the oldest out' });
    const { status, body } = await rawRequest(studio, path, { headers: { 'if-none-match': headers.etag } });
    expect(status).to.equal(200);
    const { related } = JSON.parse(body) as Answer;
    expect(related.map((other) => other.traceId)).to.deep.equal(['next', ...names.slice(1, 11)].map(traceId));
  });

  it('is returned with at most fifty linked traces and ten behind them, nearest first, reports how many more there are, and has them when asked', async () => {
    await using studio = await startStudio({ port: 0 });
    const senders = Array.from({ length: 60 }, (_, index) => ({ ...base, trace: `s${index}`, id: `s${index}` }));
    await tell(studio, ...senders, {
      ...base,
      trace: 'fan',
      id: 'fan',
      links: senders.map(({ trace: name, id }) => ({ trace: name, id })),
    });
    const fan = await trace(studio, 'fan');
    expect([fan.related.length, fan.moreLinked, fan.truncated]).to.deep.equal([50, 10, true]);
    const more = async (linked: string): Promise<unknown[]> => {
      const answer = await get<Answer>(studio, `/api/traces/${traceId('fan')}?linked=${linked}`);
      return [answer.related.length, answer.moreLinked, answer.truncated];
    };
    expect(await more('55')).to.deep.equal([55, 5, true]);
    expect(await more('5000')).to.deep.equal([60, 0, false]);
    expect((await rawRequest(studio, `/api/traces/${traceId('fan')}?linked=all`)).status).to.equal(400);
    const sender = await trace(studio, 's7');
    expect([sender.related[0]?.traceId, sender.related.length, sender.truncated]).to.deep.equal([traceId('fan'), 11, true]);
  });

  it('has another ETag when one more trace that it links to has arrived', async () => {
    await using studio = await startStudio({ port: 0 });
    const links = Array.from({ length: 53 }, (_, index) => ({ trace: `s${index}`, id: 'root' }));
    await tell(studio, { ...base, links }, ...links.slice(0, 52).map(({ trace: name }) => ({ ...base, trace: name })));
    const path = `/api/traces/${traceId('base')}`;
    const { headers } = await rawRequest(studio, path);
    await tell(studio, { ...base, trace: 's52' });
    const answer = await rawRequest(studio, path, { headers: { 'if-none-match': headers.etag } });
    expect([answer.status, (JSON.parse(answer.body) as Answer).moreLinked]).to.deep.equal([200, 3]);
  });

  it('is returned without a linked trace that is too large', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(studio, base, ...Array.from({ length: 20_000 }, (_, index) => ({ ...base, trace: 'huge', id: String(index) })));
    await tell(studio, {
      ...base,
      trace: 'link',
      links: [
        { trace: 'huge', id: '1' },
        { trace: 'base', id: 'root' },
      ],
    });
    await tell(studio, { ...base, trace: 'huge', id: '7', links: [{ trace: 'base', id: 'root' }] });
    for (const linked of ['0', '50', '5000']) {
      const answer = await get<Answer>(studio, `/api/traces/${traceId('base')}?linked=${linked}`);
      const drawn = linked === '0' ? [] : [traceId('link')];
      expect(answer.related.map((other) => other.traceId)).to.deep.equal(drawn);
      expect(answer).to.include({ moreLinked: 1 - drawn.length, undrawable: 1, moreBehind: false, lostSpans: false, truncated: true });
    }
  });

  it('is returned with the next of its linked traces in place of one that is too large', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(studio, ...Array.from({ length: 20_000 }, (_, index) => ({ ...base, trace: 'huge', id: String(index) })));
    const links = ['small', 'huge', 'next', 'last'].map((name) => ({ trace: name, id: 'root' }));
    await tell(studio, { ...base, links }, ...['small', 'next', 'last'].map((name) => ({ ...base, trace: name })));
    const { related, moreLinked, undrawable } = await get<Answer>(studio, `/api/traces/${traceId('base')}?linked=2`);
    expect(related.map((other) => other.traceId)).to.deep.equal([traceId('small'), traceId('next')]);
    expect([moreLinked, undrawable]).to.deep.equal([1, 1]);
  });

  it('is returned with a thousand linked traces at most, and reports how many it never has', async () => {
    await using studio = await startStudio({ port: 0 });
    const links = Array.from({ length: 1_002 }, (_, index) => ({ trace: `s${index}`, id: 'root' }));
    await tell(studio, { ...base, links }, ...links.map(({ trace: name }) => ({ ...base, trace: name })));
    expect(await trace(studio, 'base')).to.include({ moreLinked: 950, undrawable: 2 });
    const all = await get<Answer>(studio, `/api/traces/${traceId('base')}?linked=1050`);
    expect([all.related.length, all.moreLinked, all.undrawable]).to.deep.equal([1_000, 0, 2]);
  });

  it('reports that spans of it were dropped', async () => {
    await using studio = await startStudio({ port: 0, maxSpansPerTrace: 2 });
    await tell(studio, base, { ...base, id: 'b' }, { ...base, id: 'c' });
    const { spans, ...rest } = await trace(studio, 'base');
    expect(spans).to.have.length(2);
    expect(rest).to.include({ moreLinked: 0, undrawable: 0, moreBehind: false, lostSpans: true, truncated: true });
  });

  it('reports how many log lines of it were dropped', async () => {
    await using studio = await startStudio({ port: 0, maxLogLinesPerTrace: 2 });
    await tell(studio, base);
    for (const at of [1, 2, 3]) await post(studio, logOf({ trace: 'base', id: 'root' }, 'orders', at, 'INFO', `at ${at}`));
    expect(await trace(studio, 'base')).to.include({ logLines: 2, lostLogLines: 1 });
  });
});

describe('the log lines of a span', () => {
  it('are returned in order of time, for that span only', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(studio, base);
    for (const at of [3, 1, 2]) await post(studio, logOf({ trace: 'base', id: 'root' }, 'orders', at, 'INFO', `at ${at}`));
    await post(studio, logOf({ trace: 'base', id: 'other' }, 'orders', 4, 'INFO', 'of another span'));
    const { logs } = await get<{ logs: { body: string }[] }>(studio, `/api/traces/${traceId('base')}/${spanId('root').toUpperCase()}/logs`);
    expect(logs.map(({ body }) => body)).to.deep.equal(['at 1', 'at 2', 'at 3']);
    expect(await get(studio, `/api/traces/${traceId('base')}/none/logs`)).to.deep.equal({ logs: [] });
    expect((await rawRequest(studio, `/api/traces/${traceId('none')}/${spanId('root')}/logs`)).status).to.equal(404);
  });

  it('are returned with those of all spans, and of none, for the whole trace', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(studio, base);
    await post(studio, logOf({ trace: 'base', id: 'other' }, 'shop', 4, 'INFO', 'later'));
    await post(studio, logOf({ trace: 'base', id: 'root' }, 'orders', 2, 'WARN', 'sooner'));
    const record = { traceId: traceId('base'), body: { stringValue: 'of no span' } };
    await post(studio, { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    const { logs } = await get<{ logs: object[] }>(studio, `/api/traces/${traceId('base')}/logs`);
    expect(logs).to.deep.equal([
      { spanId: '', service: 'unknown_service', timeUs: 0, severity: '', body: 'of no span', attributes: {} },
      { spanId: spanId('root'), service: 'orders', timeUs: flowStartUs + 2_000, severity: 'WARN', body: 'sooner', attributes: {} },
      { spanId: spanId('other'), service: 'shop', timeUs: flowStartUs + 4_000, severity: 'INFO', body: 'later', attributes: {} },
    ]);
    expect(await trace(studio, 'base')).to.include({ logLines: 3 });
  });
});
