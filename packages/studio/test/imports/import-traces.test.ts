import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { startStudio, StudioError, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import { orderTraces } from '../support/order-flow.ts';
import { logOf, spanId, traceId, tracesOf, type ToldSpan } from '../support/otlp.ts';
import { get, post, tell } from '../support/post.ts';
import { rawRequest, type RawAnswer } from '../support/raw-request.ts';

interface Trace {
  readonly imported: boolean;
  readonly spans: readonly Record<string, unknown>[];
}
interface Answer extends Trace {
  readonly related: readonly Trace[];
}

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const one: ToldSpan = { trace: 'one', id: 'root', service: 'orders', name: 'GET /', at: 0, for: 10 };

const send = (studio: Studio, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  rawRequest(studio, '/api/import', { method: 'POST', headers, body });
const order = (studio: Studio): Promise<Answer> => get(studio, `/api/traces/${traceId('order')}`);

/** Without what a format cannot say, in an order of its own. */
const told = ({ spans }: Trace, ...without: string[]): unknown[] =>
  spans
    .map((span) => Object.fromEntries(Object.entries(span).filter(([name]) => !without.includes(name))))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe('an imported file', () => {
  it("of the Collector's file exporter shows its traces and log lines as they were sent, marked as imported", async () => {
    await using sent = await startStudio({ port: 0 });
    await post(sent, orderTraces);
    await post(sent, logOf({ trace: 'order', id: 'try1' }, 'fulfilment', 31, 'WARN', 'The shelf is locked'));
    await using studio = await startStudio({ port: 0 });
    const { status, body } = await send(studio, fixture('collector-pdata-1.48.0.jsonl'));
    expect([status, JSON.parse(body)]).to.deep.equal([
      200,
      { traceId: traceId('order'), traces: 3, spans: 8, dropped: 0, rejected: 0, message: '' },
    ]);
    const [was, is] = [await order(sent), await order(studio)];
    expect(told(is)).to.deep.equal(told(was));
    expect(is.spans.find((span) => span['spanId'] === spanId('try1'))).to.include({ logs: 1 });
    expect([was, ...was.related, is, ...is.related].map(({ imported }) => imported)).to.deep.equal([false, false, false, true, true, true]);
  });

  it("of Jaeger's page shows its trace as it was sent, but for what Jaeger does not keep of it", async () => {
    await using sent = await startStudio({ port: 0 });
    await post(sent, orderTraces);
    await using studio = await startStudio({ port: 0 });
    expect((await send(studio, fixture('jaeger-2.13.0.json'))).status).to.equal(200);
    const lost = ['links', 'linkedFrom'];
    expect(told(await order(studio), ...lost)).to.deep.equal(told(await order(sent), ...lost));
    const { spans } = await order(studio);
    // Without its attributes, the link to the attempt before is like any other.
    const links = { traceId: traceId('order'), attributes: {}, kind: 'cause' };
    expect(spans.find((span) => span['spanId'] === spanId('try2'))).to.deep.include({
      links: [
        { ...links, spanId: spanId('sent') },
        { ...links, spanId: spanId('try1') },
      ],
    });
  });

  it('is listed as imported, but for a trace that was here already', async () => {
    await using studio = await startStudio({ port: 0 });
    await tell(studio, one);
    await send(studio, JSON.stringify(tracesOf([one, { ...one, trace: 'two' }])));
    const { traces } = await get<{ traces: { traceId: string; imported: boolean }[] }>(studio, '/api/traces');
    expect(Object.fromEntries(traces.map((trace) => [trace.traceId, trace.imported]))).to.deep.equal({
      [traceId('one')]: false,
      [traceId('two')]: true,
    });
  });

  it('changes nothing when it is imported again', async () => {
    await using studio = await startStudio({ port: 0 });
    const file = fixture('collector-pdata-1.48.0.jsonl');
    await send(studio, file);
    const before = told(await order(studio));
    expect((await send(studio, gzipSync(file), { 'content-encoding': 'gzip' })).status).to.equal(200);
    expect(told(await order(studio))).to.deep.equal(before);
  });

  it('is taken with what of it can be read, and the rest is counted with a reason', async () => {
    await using studio = await startStudio({ port: 0 });
    const { resourceSpans } = tracesOf([one]) as { resourceSpans: { scopeSpans: { spans: object[] }[] }[] };
    resourceSpans[0]?.scopeSpans[0]?.spans.push({ name: 'no ids' });
    const { body } = await send(studio, `\uFEFF${JSON.stringify({ resourceSpans })}\n`);
    expect(JSON.parse(body)).to.deep.equal({
      traceId: traceId('one'),
      traces: 1,
      spans: 1,
      dropped: 0,
      rejected: 1,
      message: '"traceId" is not what OTLP has there',
    });
  });

  const span = { traceID: '1', spanID: '2', operationName: 'GET /', startTime: 1, duration: 1, processID: 'p1' };
  const jaeger = (more: object): string =>
    JSON.stringify({ data: [{ spans: [{ ...span, ...more }], processes: { p1: { serviceName: 'a' } } }] });
  for (const [what, content, reason] of [
    ['is empty', '', /^This is not JSON: Unexpected end of JSON input\.$/],
    ['is no JSON', 'Hello\nWorld', /^This is not JSON: Unexpected token 'H'/],
    ['breaks off in its second line', `${JSON.stringify(tracesOf([one]))}\n{"resourceSpans":[`, /^This is not JSON: line 2: /],
    ["is another program's JSON", '{"traceEvents":[]}', /^This is JSON, but no traces: it has neither "resourceSpans".*nor "data"/],
    ['is a list', '[{"traceId":"1","id":"2"}]', /^This is JSON, but no traces/],
    ['is a text', '"resourceSpans"', /^This is JSON, but no traces/],
    ["is another program's data", '{"data":[{"id":1}]}', /^This is JSON, but no traces/],
    ['has no span', '{"resourceSpans":[]}', /^There is no span in it\.$/],
    ['has no trace', '{"data":[]}', /^There is no span in it\.$/],
    [
      'has spans without ids',
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]}]}]}',
      /^None of its spans can be read: "traceId" is not/,
    ],
    ['has spans that are no list', '{"resourceSpans":[{"scopeSpans":[{"spans":"all"}]}]}', /^"spans" is not what OTLP has there\.$/],
    ["has Jaeger's spans without ids", jaeger({ traceID: null }), /^None of its spans can be read: "traceID" is not/],
    ["has Jaeger's spans of no time", jaeger({ startTime: 'noon' }), /^None of its spans can be read: "startTime" is not/],
  ] as const) {
    it(`that ${what} is refused with the reason`, async () => {
      await using studio = await startStudio({ port: 0 });
      const { status, body } = await send(studio, content);
      const { error } = JSON.parse(body) as { error: string };
      expect(status).to.equal(400);
      expect(error).to.match(reason);
      const { held } = await get<{ held: { traces: number } }>(studio, '/api/traces');
      expect(held.traces).to.equal(0);
      expect(() => studio.importTraces(content))
        .to.throw(StudioError, error)
        .with.property('code', 'invalid_import');
    });
  }

  it('of more spans and log lines than a call takes arguments is taken', async () => {
    await using studio = await startStudio({ port: 0 });
    const many = Array.from({ length: 150_000 }, (_, index) => index + 1);
    const spans = many.map((index) => ({
      // No trace of more spans than are kept of one.
      traceID: String((index % 10) + 1),
      spanID: index.toString(16),
      operationName: 'a',
      startTime: 1,
      duration: 1,
      processID: 'p',
    }));
    const jaegers = await send(studio, JSON.stringify({ data: [{ spans, processes: { p: { serviceName: 'a' } } }] }));
    expect(jaegers.status, jaegers.body).to.equal(200);
    const report = JSON.parse(jaegers.body) as { traceId: string };
    expect(report).to.include({ traces: 10, spans: 150_000, dropped: 60_000, rejected: 0 });
    // Of the first trace in the file nothing is left: the limits keep what came last.
    expect(await get(studio, `/api/traces/${report.traceId}`)).to.include({ lostSpans: false });
    const logRecords = many.map((index) => ({ traceId: traceId('one'), body: { intValue: index } }));
    const otlps = await send(studio, JSON.stringify({ ...tracesOf([one]), resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
    expect(otlps.status, otlps.body).to.equal(200);
    expect(JSON.parse(otlps.body)).to.include({ spans: 1, rejected: 0 });
    expect(await get(studio, `/api/traces/${traceId('one')}`)).to.include({ logLines: 10_000 });
  });

  it('that shows a trace again which had to go does not say that spans of it are gone', async () => {
    await using studio = await startStudio({ port: 0, maxSpans: 2 });
    const text = JSON.stringify(tracesOf([one]));
    await tell(studio, one);
    await tell(studio, { ...one, trace: 'two' }, { ...one, trace: 'two', id: 'other' });
    expect(studio.importTraces(text)).to.include({ traceId: traceId('one'), dropped: 0 });
    expect(await get(studio, `/api/traces/${traceId('one')}`)).to.include({ lostSpans: false, truncated: false });
  });

  it('of which memory has no room for any span names no trace to look at', async () => {
    await using studio = await startStudio({ port: 0, maxBytes: 10_000 });
    const { body } = await send(studio, JSON.stringify(tracesOf([{ ...one, name: 'x'.repeat(20_000) }])));
    expect(JSON.parse(body)).to.deep.equal({ traces: 1, spans: 1, dropped: 1, rejected: 0, message: '' });
  });

  it('that is longer than what is read is refused with the limit, as sent or decompressed', async () => {
    await using studio = await startStudio({ port: 0 });
    for (const [body, headers] of [
      [Buffer.alloc(67_108_865), {}],
      [gzipSync(Buffer.alloc(67_108_865)), { 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await send(studio, body, headers);
      expect([answer.status, answer.body]).to.deep.equal([
        413,
        '{"error":"The file has more than 64 MiB, which is the most that is read."}',
      ]);
    }
    expect((await send(studio, JSON.stringify(tracesOf([one])))).status).to.equal(200);
  });

  it("of Jaeger's older clients has its short ids, its tags of all kinds and its events", async () => {
    await using studio = await startStudio({ port: 0 });
    const tags = [
      { key: 'span.kind', type: 'string', value: 'server' },
      { key: 'count', type: 'int64', value: 3 },
      { key: 'flag', type: 'bool', value: true },
      { key: 'odd', type: 'string', value: { a: 1 } },
      { key: 'otel.status_code', type: 'string', value: 'OK' },
    ];
    const references = [{ refType: 'FOLLOWS_FROM', traceID: 'abc', spanID: 'd' }];
    const { status } = await send(
      studio,
      jaeger({ tags, references, logs: [{ timestamp: 5, fields: [{ key: 'level', value: 'warn' }] }] }),
    );
    expect(status).to.equal(200);
    const { spans } = await get<Trace>(studio, `/api/traces/${'1'.padStart(32, '0')}`);
    expect(spans[0]).to.deep.include({
      spanId: '2'.padStart(16, '0'),
      kind: 'server',
      status: 'ok',
      service: 'a',
      attributes: { count: 3, flag: true, odd: null },
      events: [{ name: '', timeUs: 5, attributes: { level: 'warn' } }],
      links: [{ traceId: 'abc'.padStart(32, '0'), spanId: 'd'.padStart(16, '0'), attributes: {}, kind: 'cause' }],
    });
    expect(spans[0]).to.not.have.property('parentSpanId');
  });
});
