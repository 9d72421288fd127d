import { readFileSync } from 'node:fs';
import { diagnose, jaegerBackEnd, KafkaTracingError, tempoBackEnd } from '@tracelink/kafka/doctor';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { partialTrace, sendId, traceId, twiceTraced, unknownTrace } from './tempo/by-documentation.ts';
import { startAnswering, type AnsweringServer, type GivenAnswer } from './tempo/tempo-server.ts';

const v2 = `/api/v2/traces/${traceId}`;
const v1 = `/api/traces/${traceId}`;

describe('tempoBackEnd, by the documentation of Tempo 3.0.3 and an answer of SkyWalking 10.4.0', () => {
  let tempo: AnsweringServer;
  before(async () => void (tempo = await startAnswering()));
  after(() => tempo.stop());

  const answering = (body: GivenAnswer['body'], { status = 200, at = v2 } = {}): void => tempo.answer({ [at]: { status, body } });
  const failureOf = async (url = tempo.url, backEndAt = tempoBackEnd): Promise<unknown> =>
    backEndAt(url)
      .hasTrace(traceId)
      .catch((error: unknown) => error);

  it('reads ids from Base64, kinds from names and links, and does without what is left out', async () => {
    answering(twiceTraced);
    const backEnd = tempoBackEnd(tempo.url);
    expect(await backEnd.hasTrace(traceId)).to.equal(true);
    const common = { traceId, links: [], droppedLinks: 0, destination: undefined, operation: undefined, batchSize: undefined };
    const links = [
      { traceId, spanId: sendId },
      { traceId: 'f'.repeat(32), spanId: 'e'.repeat(16) },
    ];
    expect(await backEnd.spans?.(traceId)).to.deep.equal([
      {
        ...common,
        spanId: sendId,
        parentSpanId: 'b7ad6b7169203331',
        kind: 'producer',
        service: 'orders',
        scope: '@tracelink/kafka',
        destination: 'orders',
        operation: 'send',
      },
      { ...common, spanId: 'b7ad6b7169203331', parentSpanId: undefined, kind: 'producer', service: 'orders', scope: 'application' },
      {
        ...common,
        spanId: '53995c3f42cd8ad8',
        parentSpanId: sendId,
        kind: 'consumer',
        service: '',
        scope: '',
        destination: 'orders',
        batchSize: 3,
        links,
        droppedLinks: 1,
      },
      { ...common, spanId: 'a2fb4a1d1a96d312', parentSpanId: undefined, kind: 'internal', service: '', scope: '' },
    ]);
  });

  it('knows no trace that is answered empty', async () => {
    answering(unknownTrace);
    const backEnd = tempoBackEnd(tempo.url);
    expect([await backEnd.hasTrace(traceId), await backEnd.spans?.(traceId)]).to.deep.equal([false, []]);
    expect(tempo.asked.map(({ path }) => path)).to.deep.equal([v2, v2]);
  });

  it('takes what there is of a trace that is too large, and is answered in part', async () => {
    answering(partialTrace);
    expect(await tempoBackEnd(tempo.url).spans?.(traceId)).to.have.lengthOf(20_000);
  });

  it('asks a Tempo before 2.6 by the path that it has', async () => {
    answering({ batches: twiceTraced.trace.resourceSpans }, { at: v1 });
    expect(await tempoBackEnd(tempo.url).spans?.(traceId)).to.have.lengthOf(4);
  });

  it('knows no trace that is answered with 404 where the API is there, which it asks once', async () => {
    tempo.answer({});
    const backEnd = tempoBackEnd(tempo.url);
    expect([await backEnd.hasTrace(traceId), await backEnd.hasTrace(traceId)]).to.deep.equal([false, false]);
    expect(tempo.asked.map(({ path }) => path)).to.deep.equal([v2, v1, '/api/echo', v2, v1]);
  });

  for (const [what, echo] of [
    ['nothing there', { status: 404, body: 'Not Found' }],
    ['another page there', { status: 200, body: '<!doctype html>' }],
  ] as const)
    it(`rejects, and calls no trace unknown, where the path is wrong: ${what}`, async () => {
      tempo.answer({ '/api/echo': echo });
      expect(await failureOf())
        .to.be.instanceOf(KafkaTracingError)
        .and.include({ code: 'back_end' })
        .and.have.property('message')
        .that.includes(`There is no Tempo at this address: it does not answer as one to ${tempo.url}/api/echo.`);
    });

  for (const [prefix, what] of [
    ['/tempo', 'a prefix'],
    ['/tempo/', 'a slash behind it'],
    ['/tempo?orgId=1#top', 'what a browser has behind the path'],
    ['/api/datasources/proxy/uid/ae3k2b1', 'the proxy of a data source'],
  ] as const)
    it(`asks behind the path of its URL: ${what}`, async () => {
      const path = prefix.replace(/\/?(?:\?.*)?$/, '');
      answering(twiceTraced, { at: `${path}${v2}` });
      expect(await tempoBackEnd(`${tempo.url}${prefix}`).hasTrace(traceId)).to.equal(true);
    });

  it('sends the tenant, and the credentials of the URL as Basic authentication', async () => {
    answering(twiceTraced);
    const url = tempo.url.replace('//', '//12%40345:p%C3%A4ss%2@');
    await tempoBackEnd(url, { tenant: 'shop' }).hasTrace(traceId);
    await tempoBackEnd(tempo.url).hasTrace(traceId);
    const [first, second] = tempo.asked.map(({ headers }) => headers);
    expect(first).to.include({ 'x-scope-orgid': 'shop', accept: 'application/json' });
    expect(Buffer.from(first?.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString()).to.equal('12@345:päss%2');
    expect(second).to.not.have.any.keys('x-scope-orgid', 'authorization');
  });

  for (const [what, status, body, message] of [
    ['no tenant', 401, 'no org id', 'answered 401'],
    ['a fault', 500, 'internal error', 'answered 500'],
    ['a page', 200, '<!doctype html><title>Grafana</title>', 'has no trace in its answer'],
    ['nothing', 200, '', 'has no trace in its answer'],
    ['null', 200, 'null', 'has no trace in its answer'],
    ['another object', 200, { message: 'not found' }, 'has no trace in its answer'],
    ['an object of another form', 200, { trace: { resourceSpans: 'none' } }, 'has no trace in its answer'],
  ] as const)
    it(`rejects with the address and without credentials where it is answered with ${what}`, async () => {
      answering(body, { status });
      const error = await failureOf(tempo.url.replace('//', '//user:secret@'));
      expect(error).to.be.instanceOf(KafkaTracingError).and.include({ code: 'back_end' });
      expect(String(error)).to.include(message).and.include(`${tempo.url}${v2}`).and.not.include('secret');
    });

  it('gives credentials to Jaeger, too, and tells none where nothing answers', async () => {
    answering({ result: { resourceSpans: [] } }, { at: `/api/v3/traces/${traceId}` });
    await jaegerBackEnd(tempo.url.replace('//', '//user:secret@')).hasTrace(traceId);
    expect(tempo.asked[0]?.headers.authorization).to.equal(`Basic ${btoa('user:secret')}`);
    const error = await failureOf('http://user:secret@127.0.0.1:1', jaegerBackEnd);
    expect(String(error)).to.include('does not answer').and.not.include('secret');
  });

  it('refuses what is no URL, and options that there are not', () => {
    for (const url of ['localhost:3200', 'tempo', '', 'ftp://tempo'])
      expect(() => tempoBackEnd(url))
        .to.throw(KafkaTracingError)
        .with.property('code', 'invalid_option');
    expect(() => tempoBackEnd(tempo.url, { tenant: '' }))
      .to.throw(KafkaTracingError)
      .with.property('code', 'invalid_option');
    expect(() => tempoBackEnd(tempo.url, { orgId: 'shop' } as object))
      .to.throw(KafkaTracingError)
      .with.property('code', 'unknown_option');
  });

  it('reads what Apache SkyWalking 10.4.0 answered, by ids in hexadecimal digits, and its 404', async () => {
    const { known, unknown, echo } = JSON.parse(readFileSync(new URL('./tempo/skywalking-10.4.0.json', import.meta.url), 'utf8')) as Record<
      'known' | 'unknown' | 'echo',
      GivenAnswer
    >;
    const [sent, other] = ['e45c800ae2c787d9b914f37f0680b6ba', 'f'.repeat(32)] as const;
    tempo.answer({ [`/zipkin/api/v2/traces/${sent}`]: known, [`/zipkin/api/v2/traces/${other}`]: unknown, '/zipkin/api/echo': echo });
    const backEnd = tempoBackEnd(`${tempo.url}/zipkin`);
    expect([await backEnd.hasTrace(sent), await backEnd.hasTrace(other)]).to.deep.equal([true, false]);
    const spans = (await backEnd.spans?.(sent)) ?? [];
    expect(
      spans.map(({ traceId, spanId, parentSpanId, kind, operation }) => [traceId, spanId, parentSpanId, kind, operation]),
    ).to.deep.equal([
      [sent, '10a9175ed80b179c', '0b53def9ea0f5ed9', 'producer', 'send'],
      [sent, '0b53def9ea0f5ed9', undefined, 'producer', undefined],
    ]);
  });

  it('has the doctor find a send that is traced twice, and a trace that is unknown', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const other = 'c'.repeat(32);
    for (const trace of [traceId, other])
      kafka
        .topic('orders')
        .append(0, [{ value: 'v', timestamp: Date.now() - 60_000, headers: { traceparent: `00-${trace}-${sendId}-01` } }]);
    tempo.answer({ [v2]: { status: 200, body: twiceTraced }, [`/api/v2/traces/${other}`]: { status: 200, body: unknownTrace } });
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const { topics } = await diagnose(client, { topics: ['orders'], backEnd: tempoBackEnd(tempo.url) });
    expect(topics[0]?.findings.map(({ rule, examples }) => [rule, examples[0]?.seen])).to.deep.equal([
      ['trace-unknown', '1 of 2 traces'],
      ['send-traced-twice', 'by @tracelink/kafka and application'],
      ['batch-links-missing', '2 links of 3'],
    ]);
  });
});
