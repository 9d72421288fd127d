import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { OtlpReceiver } from '@tracelink/testing';
import { expect } from 'chai';
import { runProgram } from '../support/program.ts';

const alone = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

describe('spans that cannot be delivered', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function listening(server: Server): Promise<string> {
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const http = (status: number): Promise<string> =>
    listening(
      createServer((request, response) => {
        request.resume();
        response.writeHead(status, { connection: 'close' }).end();
      }),
    );
  const grpc = (): Promise<string> =>
    listening(
      createHttp2Server((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/grpc', 'grpc-status': '0' });
        response.end();
      }),
    );
  /** Hangs up once all of a request has come: a socket closed over what is not read answers with a reset, which has words of its own. */
  const broken = (): Promise<string> => listening(createServer((request) => request.resume().once('end', () => request.socket.destroy())));
  const nothing = async (): Promise<string> => {
    const url = await http(200);
    servers.pop()?.close();
    return url;
  };

  /** What a program that makes one span writes to stderr, and its exit code. */
  async function wordsOf(env: Readonly<Record<string, string>>): Promise<string> {
    const { code, stderr } = await runProgram('end.ts', { ...alone, ...env }, ['@tracelink/sdk/register']);
    expect(code, stderr).to.equal(0);
    return stderr;
  }

  const cases: readonly [what: string, where: () => Promise<string>, protocol: string, why: RegExp][] = [
    ['because nothing listens', nothing, 'http/protobuf', /\/v1\/traces: nothing listens there \(ECONNREFUSED\)/],
    ['because nothing listens, by gRPC', nothing, 'grpc', /: nothing listens there \(ECONNREFUSED\)/],
    [
      'because there is no such path',
      () => http(404),
      'http/protobuf',
      /\/v1\/traces: it answers with status 404\. .* is the base address/,
    ],
    ['because they are refused', () => http(401), 'http/json', /\/v1\/traces: it answers with status 401$/m],
    ['in the words of the error, where the connection breaks', broken, 'http/protobuf', /\/v1\/traces: socket hang up$/m],
    ['because gRPC is spoken there', grpc, 'http/protobuf', /does not speak HTTP\/1\.1\. .* OTEL_EXPORTER_OTLP_PROTOCOL=grpc/],
    [
      'because HTTP is spoken there, not gRPC',
      () => http(404),
      'grpc',
      /does not speak gRPC\. .* OTEL_EXPORTER_OTLP_PROTOCOL=http\/protobuf/,
    ],
  ];
  for (const [what, where, OTEL_EXPORTER_OTLP_PROTOCOL, why] of cases)
    it(`are told once, ${what}`, async () => {
      const endpoint = await where();
      const words = await wordsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL });
      expect(words.match(/TRACELINK_UNDELIVERED/g), words).to.have.lengthOf(1);
      expect(words).to.include(`spans could not be delivered to ${endpoint}`).and.match(why);
    });

  it('are told of the end point of traces alone, where that is set', async () => {
    const receiver = await OtlpReceiver.start();
    const traces = `${await nothing()}/mine`;
    const words = await wordsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces });
    await receiver.stop();
    expect(words).to.include(`could not be delivered to ${traces}: nothing listens`);
  });

  it('are told of an end point that is no URL', async () => {
    const words = await wordsOf({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector without a scheme' });
    expect(words.match(/TRACELINK_UNDELIVERED/g), words).to.have.lengthOf(1);
    expect(words).to.include('could not be delivered to collector without a scheme: it is no URL');
  });

  it('are told of an address alone, which means TLS by gRPC, where that is not spoken', async () => {
    const { host } = new URL(await grpc());
    const words = await wordsOf({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: host });
    expect(words.match(/TRACELINK_UNDELIVERED/g), words).to.have.lengthOf(1);
    expect(words).to.include(`could not be delivered to https://${host}/: `);
  });

  it('are not told of where they are delivered, nor where none are exported', async () => {
    const receiver = await OtlpReceiver.start();
    expect(await wordsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint })).to.equal('');
    await receiver.stop();
    expect(await wordsOf({ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: await nothing() })).to.equal('');
  });
});
