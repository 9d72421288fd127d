import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { startStudio, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import { get } from '../support/post.ts';
import { logOf, spanId, traceId, tracesOf, type ToldSpan } from '../support/otlp.ts';
import { rawRequest, type RawAnswer } from '../support/raw-request.ts';

const one: ToldSpan = { trace: 'one', id: 'root', service: 'orders', name: 'GET /', at: 0, for: 10 };
const json = 'application/json';
const protobuf = 'application/x-protobuf';

/** A span in protobuf, as few of its fields as make one. */
function bytesOf(trace: Uint8Array, span: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).fork().tag(2, WireType.LengthDelimited).fork().tag(2, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).bytes(trace).tag(2, WireType.LengthDelimited).bytes(span);
  return writer.join().join().join().finish();
}

function send(studio: Studio, type: string, body: string | Uint8Array, more: Record<string, string> = {}): Promise<RawAnswer> {
  return rawRequest(studio, '/v1/traces', { method: 'POST', headers: { 'content-type': type, ...more }, body });
}

async function traces(studio: Studio): Promise<number> {
  return (await get<{ held: { traces: number } }>(studio, '/api/traces')).held.traces;
}

describe('the receiver', () => {
  it('takes spans in JSON and in protobuf, and answers in the same', async () => {
    await using studio = await startStudio({ port: 0 });
    const inJson = await send(studio, 'Application/JSON; charset=utf-8', JSON.stringify(tracesOf([one])));
    expect([inJson.status, inJson.headers['content-type'], inJson.body]).to.deep.equal([200, json, '{}']);
    for (const [index, type] of [protobuf, 'application/protobuf'].entries()) {
      const answer = await send(studio, type, bytesOf(new Uint8Array(16).fill(index + 1), new Uint8Array(8).fill(1)));
      expect([answer.status, answer.headers['content-type'], answer.body]).to.deep.equal([200, protobuf, '']);
    }
    expect(await traces(studio)).to.equal(3);
  });

  it('takes bodies that are compressed', async () => {
    await using studio = await startStudio({ port: 0 });
    const body = JSON.stringify(tracesOf([one]));
    for (const [encoding, compressed] of [
      ['gzip', gzipSync(body)],
      ['GZIP', gzipSync(body)],
      ['deflate', deflateSync(body)],
      ['identity', body],
    ] as const) {
      expect((await send(studio, json, compressed, { 'content-encoding': encoding })).status, encoding).to.equal(200);
    }
    expect(await traces(studio)).to.equal(1);
  });

  it('takes log lines and metrics, and keeps the log lines of spans', async () => {
    await using studio = await startStudio({ port: 0 });
    const post = (path: string, body: object): Promise<RawAnswer> =>
      rawRequest(studio, path, { method: 'POST', headers: { 'content-type': json }, body: JSON.stringify(body) });
    await send(studio, json, JSON.stringify(tracesOf([one])));
    expect((await post('/v1/logs', logOf({ trace: 'one', id: 'root' }, 'orders', 1, 'WARN', 'slow'))).status).to.equal(200);
    const metrics = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'a' }, { name: 'b' }] }, {}] }] };
    expect((await post('/v1/metrics', metrics)).status).to.equal(200);
    const inProtobuf = new BinaryWriter().tag(1, WireType.LengthDelimited).fork().tag(2, WireType.LengthDelimited).fork();
    inProtobuf.tag(2, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string('c').join().join().join();
    await rawRequest(studio, '/v1/metrics', { method: 'POST', headers: { 'content-type': protobuf }, body: inProtobuf.finish() });
    const { held } = await get<{ held: { metrics: number } }>(studio, '/api/traces');
    expect(held.metrics).to.equal(3);
    const { logs } = await get<{ logs: object[] }>(studio, `/api/traces/${traceId('one')}/${spanId('root')}/logs`);
    const timeUs = Date.UTC(2026, 10, 24, 12) * 1_000 + 1_000;
    expect(logs).to.deep.equal([{ spanId: spanId('root'), service: 'orders', timeUs, severity: 'WARN', body: 'slow', attributes: {} }]);
  });

  it('rejects unreadable requests with the right status, in the encoding of the request', async () => {
    await using studio = await startStudio({ port: 0, maxBodyBytes: 10_000 });
    const good = JSON.stringify(tracesOf([one]));
    for (const [what, status, headers, body] of [
      ['no JSON', 400, { 'content-type': json }, '{"resourceSpans":'],
      ['an empty body in JSON', 400, { 'content-type': json }, ''],
      ['JSON of another shape', 400, { 'content-type': json }, '{"resourceSpans":{"spans":1}}'],
      ['a list', 400, { 'content-type': json }, '[1]'],
      ['spans that are no list', 400, { 'content-type': json }, '{"resourceSpans":[{"scopeSpans":[{"spans":"all"}]}]}'],
      ['a resource that is a text', 400, { 'content-type': json }, '{"resourceSpans":[{"resource":"orders"}]}'],
      ['no protobuf', 400, { 'content-type': protobuf }, 'hello'],
      ['no gzip', 400, { 'content-type': json, 'content-encoding': 'gzip' }, good],
      ['half of a gzip', 400, { 'content-type': json, 'content-encoding': 'gzip' }, gzipSync(good).subarray(0, 50)],
      ['an encoding that it has not', 415, { 'content-type': json, 'content-encoding': 'br' }, good],
      ['the name of a member of every object', 415, { 'content-type': json, 'content-encoding': 'constructor' }, good],
      ['a body that is too long', 413, { 'content-type': json }, 'x'.repeat(10_001)],
      ['the same without saying so first', 413, { 'content-type': json, 'transfer-encoding': 'chunked' }, 'x'.repeat(100_000)],
      [
        'a small body that becomes too long',
        413,
        { 'content-type': protobuf, 'content-encoding': 'gzip' },
        gzipSync(new Uint8Array(50_000_000)),
      ],
      [
        'another small body that becomes too long',
        413,
        { 'content-type': json, 'content-encoding': 'deflate' },
        deflateSync(new Uint8Array(50_000_000)),
      ],
      ['text', 415, { 'content-type': 'text/plain' }, good],
      ['a form', 415, { 'content-type': 'application/x-www-form-urlencoded' }, good],
      ['another member of every object', 415, { 'content-type': 'constructor' }, good],
      ['nothing said of what it is', 415, {}, good],
    ] as const) {
      const answer = await rawRequest(studio, '/v1/traces', { method: 'POST', headers, body });
      expect(answer.status, what).to.equal(status);
      const type = 'content-type' in headers && headers['content-type'] === protobuf ? protobuf : json;
      expect(answer.headers['content-type'], what).to.equal(type);
      if (type === protobuf) {
        // google.rpc.Status, field 2: a message.
        const reader = new BinaryReader(Buffer.from(answer.body));
        expect(reader.tag(), what).to.deep.equal([2, WireType.LengthDelimited]);
        expect(reader.string(), what).to.not.equal('');
      } else expect(Object.values(JSON.parse(answer.body) as object).join(), what).to.not.equal('');
      expect((await send(studio, json, good)).status).to.equal(200);
    }
    expect(await traces(studio)).to.equal(1);
  });

  it('takes the good spans of a request and tells how many it left out, in both encodings', async () => {
    await using studio = await startStudio({ port: 0 });
    const { resourceSpans } = tracesOf([one, { ...one, trace: 'two', name: 'kept' }]) as {
      resourceSpans: { scopeSpans: { spans: object[] }[] }[];
    };
    resourceSpans[0]?.scopeSpans[0]?.spans.push({ name: 'no ids' }, { traceId: '0'.repeat(32), spanId: spanId('x') });
    const inJson = await send(studio, json, JSON.stringify({ resourceSpans }));
    expect(inJson.status).to.equal(200);
    expect(JSON.parse(inJson.body)).to.deep.equal({
      partialSuccess: { rejectedSpans: '2', errorMessage: '"traceId" is not what OTLP has there' },
    });
    expect(await traces(studio)).to.equal(2);

    const answer = await send(studio, protobuf, bytesOf(new Uint8Array(16).fill(7), new Uint8Array(3)));
    expect(answer.status).to.equal(200);
    const reader = new BinaryReader(Buffer.from(answer.body));
    expect(reader.tag()).to.deep.equal([1, WireType.LengthDelimited]);
    reader.uint32();
    expect([reader.tag(), reader.int64()]).to.deep.equal([[1, WireType.Varint], 1n]);
    expect([reader.tag(), reader.string()]).to.deep.equal([[2, WireType.LengthDelimited], '"spanId" is not what OTLP has there']);
    expect(reader.pos).to.equal(reader.len);

    const logs = {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ traceId: 7 }, { body: { stringValue: 'of no span' } }] }] }],
    };
    const ofLogs = await rawRequest(studio, '/v1/logs', { method: 'POST', headers: { 'content-type': json }, body: JSON.stringify(logs) });
    expect(JSON.parse(ofLogs.body)).to.deep.equal({
      partialSuccess: { rejectedLogRecords: '1', errorMessage: '"traceId" is not what OTLP has there' },
    });
  });

  it('continues after a client that disconnects during its request or the response', async () => {
    await using studio = await startStudio({ port: 0 });
    const big = tracesOf(Array.from({ length: 5_000 }, (_, id) => ({ ...one, id: String(id), attributes: { long: 'x'.repeat(1_000) } })));
    expect((await send(studio, json, JSON.stringify(big))).status).to.equal(200);
    for (const text of [
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
      `GET /api/traces/${traceId('one')} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    ]) {
      const socket = connect(studio.port, '127.0.0.1');
      socket.write(text);
      if (text.startsWith('GET')) await once(socket, 'readable');
      else await once(socket, 'connect');
      socket.resetAndDestroy();
      await once(socket, 'close');
      expect((await send(studio, json, JSON.stringify(tracesOf([{ ...one, trace: 'two' }])))).status).to.equal(200);
    }
    expect(await traces(studio)).to.equal(2);
  });

  it('asks clients to retry while too many requests are in flight, and accepts them afterwards', async () => {
    await using studio = await startStudio({ port: 0, maxBodyBytes: 1_000 });
    const body = JSON.stringify(tracesOf([{ ...one, attributes: { long: 'x'.repeat(400) } }]));
    const half = (): Socket => {
      const socket = connect(studio.port, '127.0.0.1').on('error', () => {});
      socket.write(`POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`);
      socket.write('x'.repeat(900));
      return socket;
    };
    const sockets = Array.from({ length: 4 }, half);
    const until = async (status: number): Promise<RawAnswer> => {
      for (;;) {
        const answer = await send(studio, json, body);
        if (answer.status === status) return answer;
      }
    };
    const refused = await until(503);
    expect([refused.headers['retry-after'], refused.body]).to.deep.equal([
      '1',
      '{"message":"Too many bodies are being received at the same time: send it again."}',
    ]);
    for (const socket of sockets) socket.resetAndDestroy();
    await until(200);
    // Also of those that came whole, were compressed, or were refused.
    for (let times = 0; times < 20; times++) {
      expect((await send(studio, json, gzipSync(body), { 'content-encoding': 'gzip' })).status).to.equal(200);
      expect((await send(studio, json, `${body}x`)).status).to.equal(400);
    }
  });

  it('is not slowed down or stopped by JSON that is nested a million times', async () => {
    await using studio = await startStudio({ port: 0 });
    const lists = 1_000_000;
    const deep = `{"resourceSpans":${'['.repeat(lists)}${']'.repeat(lists)}}`;
    expect((await send(studio, json, deep)).status).to.equal(400);
    const values = 100_000;
    const value = `${'{"arrayValue":{"values":['.repeat(values)}{"boolValue":true}${']}}'.repeat(values)}`;
    const span = `{"traceId":"${traceId('deep')}","spanId":"${spanId('deep')}","attributes":[{"key":"deep","value":${value}}]}`;
    const answer = await send(studio, json, `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`);
    expect(JSON.parse(answer.body)).to.have.nested.property('partialSuccess.rejectedSpans', '1');
    expect(await traces(studio)).to.equal(0);
  });
});
