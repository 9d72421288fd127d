import { join } from 'node:path';
import { OtlpReceiver } from '@tracelink/testing';
import { expect } from 'chai';
import { freePort } from '../../../../demo/free-port.ts';
import { runProgram } from '../support/program.ts';

describe('a request of a service that is started with register', () => {
  let receiver: OtlpReceiver;
  beforeEach(async () => void (receiver = await OtlpReceiver.start()));
  afterEach(() => receiver.stop());

  async function run(env: Readonly<Record<string, string>>, imported = '@tracelink/sdk/register'): ReturnType<typeof runProgram> {
    const exported = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
    return runProgram('serve-once.ts', { ...exported, ...env }, [imported]);
  }

  for (const FRAMEWORK of ['fastify', 'express'])
    for (const REQUEST_CONTEXT of ['no', 'yes'])
      it(`has its route in the name of its span, on ${FRAMEWORK}, requestContext: ${REQUEST_CONTEXT}`, async () => {
        await run({ FRAMEWORK, REQUEST_CONTEXT });
        const [server, ...more] = receiver.spans.filter(({ kind }) => kind === 'server');
        expect(more).to.deep.equal([]);
        expect(server?.name).to.equal('GET /orders/:id');
        expect(server?.attributes).to.include({ 'http.route': '/orders/:id' });
      });

  for (const FRAMEWORK of ['fastify', 'express'])
    it(`has one span, in its caller’s trace, where the server was started inside a span, on ${FRAMEWORK}`, async () => {
      await run({ FRAMEWORK, REQUEST_CONTEXT: 'yes', START_SPAN: 'yes' });
      const [server, ...more] = receiver.spans.filter(({ kind }) => kind === 'server');
      expect(more).to.deep.equal([]);
      expect(server?.parentSpanId).to.equal(receiver.spans.find(({ kind }) => kind === 'client')?.spanId);
    });

  for (const FRAMEWORK of ['fastify', 'express'])
    it(`has its route by requestContext alone where nothing else tells HTTP instrumentation, on ${FRAMEWORK}`, async () => {
      const httpOnly = join(import.meta.dirname, '../programs/http-only.ts');
      for (const REQUEST_CONTEXT of ['no', 'yes']) await run({ FRAMEWORK, REQUEST_CONTEXT }, httpOnly);
      const servers = receiver.spans.filter(({ kind }) => kind === 'server');
      expect(servers.map(({ name, attributes }) => [name, attributes['http.route']])).to.deep.equal([
        ['GET', undefined],
        ['GET /orders/:id', '/orders/:id'],
      ]);
    });

  it('has its route on its metrics, and a scrape of them has no span', async () => {
    const port = String(await freePort());
    const { stdout } = await run({ OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: port });
    expect(stdout).to.match(/http_server_request_duration_count\{[^}]*http_route="\/orders\/:id"/);
    expect(receiver.spans.filter(({ kind }) => kind === 'server').map(({ name }) => name)).to.deep.equal(['GET /orders/:id']);
  });

  it('has the connect of a pool in its trace, and the pool’s connect at the start has none', async () => {
    await run({ QUERY: 'yes' });
    const server = receiver.spans.find(({ kind }) => kind === 'server');
    const connects = receiver.spans.filter(({ name }) => name.startsWith('pg'));
    expect(connects.map(({ name }) => name)).to.have.members(['pg-pool.connect', 'pg.connect']);
    for (const { traceId } of connects) expect(traceId).to.equal(server?.traceId);
  });
});
