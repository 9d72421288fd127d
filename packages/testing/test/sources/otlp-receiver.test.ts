import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { SpanKind } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { OtlpReceiver, TestingError } from '@tracelink/testing';
import { expect } from 'chai';

const traceId = '5b8aa5a2d2c872e8321cf37308d69df2';
const spanId = '051581bf3cb55c13';

describe('OtlpReceiver', () => {
  let receiver: OtlpReceiver;

  beforeEach(async () => {
    receiver = await OtlpReceiver.start({ maxBodyBytes: 10_000 });
  });

  afterEach(async () => {
    await receiver.stop();
  });

  it('keeps every field of a span', async () => {
    const response = await post(
      request({
        parentSpanId: '5FB397BE34D26B51',
        name: 'process orders',
        kind: 5,
        startTimeUnixNano: '1795879825830000000',
        endTimeUnixNano: '1795879825830250000',
        status: { code: 2, message: 'out of stock' },
        links: [{ traceId, spanId: '5fb397be34d26b51', attributes: [{ key: 'kafka.offset', value: { intValue: '7' } }] }],
        attributes: [
          { key: 'string', value: { stringValue: '' } },
          { key: 'int', value: { intValue: '42' } },
          { key: 'double', value: { doubleValue: 0.5 } },
          { key: 'bool', value: { boolValue: false } },
          { key: 'bytes', value: { bytesValue: 'AAE=' } },
          { key: 'array', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: 1 }] } } },
          { key: 'map', value: { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } } },
          { key: 'empty', value: {} },
        ],
      }),
    );
    expect([response.status, await response.text()]).to.deep.equal([200, '{}']);
    expect(receiver.spans).to.deep.equal([
      {
        traceId,
        spanId,
        parentSpanId: '5fb397be34d26b51',
        name: 'process orders',
        kind: 'consumer',
        serviceName: 'orders',
        startTime: 1_795_879_825_830,
        duration: 0.25,
        status: { code: 'error', message: 'out of stock' },
        links: [{ traceId, spanId: '5fb397be34d26b51', attributes: { 'kafka.offset': 7 } }],
        attributes: { string: '', int: 42, double: 0.5, bool: false, bytes: 'AAE=', array: ['a', 1], map: { a: true }, empty: null },
        resource: { 'service.name': 'orders' },
        scope: 'tracelink',
      },
    ]);
  });

  it('reads what an exporter leaves out, and enum names in place of numbers', async () => {
    await post(request({ parentSpanId: '' }));
    await post(request({ kind: 'SPAN_KIND_CLIENT', status: { code: 'STATUS_CODE_OK' } }));
    await post({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId }] }] }] });
    expect(
      receiver.spans.map(({ kind, status, parentSpanId, serviceName, name }) => ({ kind, status, parentSpanId, serviceName, name })),
    ).to.deep.equal([
      { kind: 'internal', status: { code: 'unset' }, parentSpanId: undefined, serviceName: 'orders', name: '' },
      { kind: 'client', status: { code: 'ok' }, parentSpanId: undefined, serviceName: 'orders', name: '' },
      { kind: 'internal', status: { code: 'unset' }, parentSpanId: undefined, serviceName: undefined, name: '' },
    ]);
  });

  it('accepts requests without spans', async () => {
    for (const empty of [{}, { resourceSpans: [] }, { resourceSpans: [{ resource: {}, scopeSpans: [] }] }]) {
      expect((await post(empty)).status).to.equal(200);
    }
    expect(receiver.spans).to.deep.equal([]);
  });

  it('decompresses gzip', async () => {
    const response = await post(gzipSync(JSON.stringify(request({ name: 'zipped' }))), { headers: { 'content-encoding': 'gzip' } });
    expect(response.status).to.equal(200);
    expect(receiver.spans.map(({ name }) => name)).to.deep.equal(['zipped']);
  });

  it("reads what OpenTelemetry's exporter writes in protobuf", async () => {
    const exporter = new InMemorySpanExporter();
    const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer('tracelink');
    tracer.startSpan('process orders', { kind: SpanKind.CONSUMER, attributes: { 'kafka.offset': 7 } }).end();
    const body = ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans());
    const response = await post(body, { headers: { 'content-type': 'application/x-protobuf' } });
    expect([response.status, await response.text()]).to.deep.equal([200, '']);
    expect(receiver.spans).to.have.length(1);
    expect(receiver.spans[0]).to.deep.include({
      name: 'process orders',
      kind: 'consumer',
      attributes: { 'kafka.offset': 7 },
      scope: 'tracelink',
    });
  });

  it('accepts metrics and logs in both encodings and drops them', async () => {
    for (const path of ['/v1/metrics', '/v1/logs']) {
      const protobuf = await post(Buffer.of(), { path, headers: { 'content-type': 'application/x-protobuf' } });
      expect([protobuf.status, await protobuf.text()]).to.deep.equal([200, '']);
      expect((await post({}, { path })).status).to.equal(200);
    }
    expect(receiver.spans).to.deep.equal([]);
  });

  it('leaves out a span that is malformed, takes the others and tells the exporter', async () => {
    for (const [malformed, member] of [
      [{ traceId: 'xyz' }, 'traceId'],
      [{ name: 1 }, 'name'],
      [{ startTimeUnixNano: 'now' }, 'startTimeUnixNano'],
    ] as const) {
      const spans = [
        { traceId, spanId, ...malformed },
        { traceId, spanId, name: 'whole' },
      ];
      const response = await post({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
      expect([response.status, await response.json()]).to.deep.equal([
        200,
        { partialSuccess: { rejectedSpans: '1', errorMessage: `"${member}" is not what OTLP has there` } },
      ]);
    }
    expect(receiver.spans.map(({ name }) => name)).to.deep.equal(['whole', 'whole', 'whole']);
  });

  const refused: readonly [what: string, status: number, message: RegExp, body: unknown, options?: PostOptions][] = [
    ['what is not OTLP', 415, /OTEL_EXPORTER_OTLP_PROTOCOL/, 'x', { headers: { 'content-type': 'text/plain' } }],
    ['what is not protobuf', 400, /protobuf/, 'x', { headers: { 'content-type': 'application/x-protobuf' } }],
    ['an unknown compression', 415, /content encoding .*br/, 'x', { headers: { 'content-encoding': 'br' } }],
    ['what is not JSON', 400, /JSON/, '{"resourceSpans":'],
    ['nothing', 400, /JSON/, ''],
    ['what is not gzip', 400, /gzip/, 'x', { headers: { 'content-encoding': 'gzip' } }],
    ['JSON that is no request', 400, /request/, '[]'],
    ['a list that is none', 400, /resourceSpans/, { resourceSpans: {} }],
    ['a body that is too long', 413, /10000 bytes/, 'x'.repeat(200_000)],
    ['a gzip that becomes too long', 413, /10000 bytes/, gzipSync('x'.repeat(1_000_000)), { headers: { 'content-encoding': 'gzip' } }],
    ['another path', 404, /\/v2/, '{}', { path: '/v2' }],
    ['another method', 405, /PUT/, '{}', { method: 'PUT' }],
  ];
  for (const [what, status, message, body, options] of refused) {
    it(`refuses ${what} with ${status}`, async () => {
      const response = await post(body, options);
      expect(response.status).to.equal(status);
      expect(await response.text()).to.match(message);
      expect(receiver.spans).to.deep.equal([]);
    });
  }

  it('continues after a client that disconnected in the middle of a request', async () => {
    const socket = connect(Number(new URL(receiver.endpoint).port), '127.0.0.1');
    socket.write('POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
    socket.end();
    socket.resume();
    await once(socket, 'close');
    expect((await post(request({}))).status).to.equal(200);
  });

  describe('waitFor', () => {
    it('resolves at once when the spans are there, and when the last one comes', async () => {
      const two = receiver.waitFor((spans) => spans.length === 2);
      await post(request({ name: 'a' }));
      expect((await receiver.waitFor((spans) => spans.length === 1)).map(({ name }) => name)).to.deep.equal(['a']);
      await post(request({ name: 'b' }));
      expect((await two).map(({ name }) => name)).to.deep.equal(['a', 'b']);
    });

    it('rejects after its timeout with what came', async () => {
      await post(request({ name: 'a' }));
      const error = await receiver.waitFor((spans) => spans.length === 2, { timeout: 1 }).catch((reason: unknown) => reason);
      expect(error)
        .to.be.instanceOf(TestingError)
        .with.property('message')
        .that.matches(/^\[timeout\] [^]*orders: a/);
    });

    it('rejects with what its predicate throws, and still answers the exporter', async () => {
      const wait = receiver
        .waitFor((spans) => spans[0]!.name === 'a')
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      expect(await wait).to.be.instanceOf(TypeError);
      expect((await post(request({}))).status).to.equal(200);
    });

    it('rejects when the receiver stops', async () => {
      const wait = receiver.waitFor(() => false).catch((reason: unknown) => reason);
      await receiver.stop();
      expect(await wait).to.include({ code: 'abandoned' });
    });
  });

  it('listens on the port asked for and says when it is taken', async () => {
    const port = Number(new URL(receiver.endpoint).port);
    const error = await OtlpReceiver.start({ port }).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'EADDRINUSE' });
    await receiver.stop();
    await using second = await OtlpReceiver.start({ port });
    expect(second.endpoint).to.equal(`http://127.0.0.1:${port}`);
  });

  interface PostOptions {
    readonly path?: string;
    readonly method?: string;
    readonly headers?: Record<string, string>;
  }

  async function post(body: unknown, { path = '/v1/traces', method = 'POST', headers = {} }: PostOptions = {}): Promise<Response> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    return fetch(`${receiver.endpoint}${path}`, {
      method,
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: isRaw ? (body as string) : JSON.stringify(body),
    });
  }
});

function request(span: Record<string, unknown>): object {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'tracelink' }, spans: [{ traceId, spanId, ...span }] }] }] };
}
