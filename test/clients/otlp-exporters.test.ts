import { startStudio, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import type { Command } from './support/client.ts';
import { inVirtualEnvironment } from './support/python.ts';
import { run } from './support/run.ts';
import { skipped } from './support/skipped.ts';

const version = '1.45.2';
const python: Command | undefined = await inVirtualEnvironment(
  'otlp_exporter.py',
  `opentelemetry-exporter-otlp-proto-http==${version}`,
  `opentelemetry-sdk==${version}`,
).catch((error: unknown) => skipped(`OpenTelemetry ${version} for Python`, error) as undefined);

interface Ids {
  readonly traceId: string;
  readonly spanId: string;
}

interface Span extends Ids {
  readonly name: string;
  readonly [member: string]: unknown;
}

async function get<T>(studio: Studio, path: string): Promise<T> {
  const response = await fetch(`${studio.url}${path}`);
  expect(response.status, path).to.equal(200);
  return (await response.json()) as T;
}

if (python !== undefined) {
  describe('the studio', () => {
    for (const compression of ['none', 'gzip', 'deflate']) {
      it(`shows what OpenTelemetry's SDK for Python sends it, compression ${compression}`, async () => {
        await using studio = await startStudio({ port: 0 });
        const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: studio.url, OTEL_EXPORTER_OTLP_COMPRESSION: compression };
        const { how, stdout, stderr } = await run({ ...python, env }, 60_000);
        expect(how, stderr).to.equal('ended with 0');
        const { request, sent, taken } = JSON.parse(stdout) as Readonly<Record<'request' | 'sent' | 'taken', Ids>>;

        const trace = await get<{ spans: Span[]; related: { traceId: string }[] }>(studio, `/api/traces/${request.traceId}`);
        expect(trace.spans.map(({ name }) => name)).to.have.members(['POST /orders', 'send orders.placed']);
        const found = (ids: Ids): Span | undefined => trace.spans.find(({ spanId }) => spanId === ids.spanId);
        expect(found(request)).to.deep.include({
          kind: 'server',
          service: 'python-shop',
          status: 'unset',
          attributes: { text: 'größe ∑', whole: '9007199254740993', negative: -7, fraction: 0.5, truth: true, list: ['a', 'b'] },
          scope: { name: 'otlp-exporter', version: '1.2.3' },
        });
        expect(found(sent)).to.deep.include({
          parentSpanId: request.spanId,
          kind: 'producer',
          logs: 1,
          linkedFrom: [{ ...taken, name: 'process orders.placed', service: 'python-shop' }],
        });
        expect(trace.related.map(({ traceId }) => traceId)).to.deep.equal([taken.traceId]);

        const { spans } = await get<{ spans: Span[] }>(studio, `/api/traces/${taken.traceId}`);
        expect(spans[0]).to.deep.include({
          kind: 'consumer',
          status: 'error',
          statusMessage: 'ValueError: no shelf',
          links: [{ ...sent, attributes: { why: 'it was sent there' }, kind: 'cause' }],
        });
        const [exception] = (spans[0]?.['events'] ?? []) as { name: string; attributes: object }[];
        expect(exception).to.include({ name: 'exception' });
        expect(exception?.attributes).to.include({ 'exception.type': 'ValueError', 'exception.message': 'no shelf' });

        const { logs } = await get<{ logs: object[] }>(studio, `/api/traces/${sent.traceId}/${sent.spanId}/logs`);
        expect(logs[0]).to.include({ severity: 'WARN', body: 'the shelf of tea is locked' });
        const { held } = await get<{ held: { metrics: number } }>(studio, '/api/traces');
        expect(held.metrics).to.be.at.least(1);
        const { edges } = await get<{ edges: { from: string; to: string }[] }>(studio, '/api/flow');
        expect(edges.map(({ from, to }) => [from, to])).to.deep.equal([
          ['service:python-shop', 'topic:orders.placed'],
          ['topic:orders.placed', 'service:python-shop'],
        ]);
      });
    }
  });
}
