import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { startTracing, type Tracing } from '@tracelink/sdk';
import { expect } from 'chai';
import { startBeside } from '../../src/start/start-beside.ts';
import { withEnvironment } from '../support/with-environment.ts';

const quiet = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
/** A batch of spans goes out by itself, at once. */
const prompt = { ...quiet, OTEL_TRACES_EXPORTER: 'otlp', OTEL_BSP_SCHEDULE_DELAY: '1' };

const telemetry = {
  traces: () => trace.getTracer('test').startSpan('lost').end(),
  metrics: () => metrics.getMeter('test').createCounter('lost').add(1),
  logs: () => logs.getLogger('test').emit({ body: 'lost' }),
} as const;
type Signal = keyof typeof telemetry;

describe('the report of a flush', () => {
  let server: Server;
  let collector: { readonly OTEL_EXPORTER_OTLP_ENDPOINT: string };
  /** What requests were made, in order, and not answered. */
  let held: ServerResponse[];
  let answer: (response: ServerResponse) => void;
  let started: Tracing | undefined;

  beforeEach(async () => {
    held = [];
    answer = (response) => void held.push(response);
    server = createServer((request, response) => {
      request.resume().once('end', () => {
        answer(response);
        server.emit('answered');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    collector = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  });
  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    // A test that fails must not keep the next from its start.
    await started?.shutdown({ timeout: 0 });
  });

  const start = (env: Readonly<Record<string, string>>): Promise<Tracing> =>
    withEnvironment({ ...collector, ...env }, () => (started = startTracing({ serviceName: 'orders', instrumentations: [] })));

  const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end();

  /** Makes a span, and resolves when the collector has the batch with it. */
  async function sendBatch(): Promise<void> {
    const answered = once(server, 'answered');
    telemetry.traces();
    await answered;
  }

  for (const signal of Object.keys(telemetry) as Signal[])
    it(`names ${signal} that the collector refuses, and not those of an earlier flush`, async () => {
      const tracing = await start({ ...quiet, [`OTEL_${signal.toUpperCase()}_EXPORTER`]: 'otlp' });
      answer = status(404);
      telemetry[signal]();
      expect(await tracing.forceFlush()).to.deep.equal({ unflushed: [signal] });
      answer = status(200);
      telemetry[signal]();
      expect(await tracing.forceFlush()).to.deep.equal({ unflushed: [] });
      answer = status(401);
      telemetry[signal]();
      expect(await tracing.shutdown()).to.deep.equal({ unflushed: [signal] });
    });

  it('waits for a batch that was sent before, and names its signal while that is not answered', async () => {
    const tracing = await start(prompt);
    await sendBatch();
    expect(await tracing.forceFlush({ timeout: 50 })).to.deep.equal({ unflushed: ['traces'] });
    const flushed = tracing.forceFlush();
    held.forEach(status(200));
    expect(await flushed).to.deep.equal({ unflushed: [] });
    await tracing.shutdown();
  });

  it('names traces of which a batch that was sent before fails during the shutdown', async () => {
    const tracing = await start(prompt);
    await sendBatch();
    const ended = tracing.shutdown();
    held.forEach(status(400));
    expect(await ended).to.deep.equal({ unflushed: ['traces'] });
  });

  for (const [code, unflushed] of [
    [200, []],
    [404, ['logs']],
  ] as const)
    it(`sends log records that came during an earlier flush, which the collector answers with status ${code}`, async () => {
      const tracing = await start({ ...quiet, OTEL_LOGS_EXPORTER: 'otlp' });
      const arrived = once(server, 'answered');
      telemetry.logs();
      const earlier = tracing.forceFlush();
      await arrived;
      telemetry.logs();
      const ended = tracing.shutdown();
      const later: ServerResponse[] = [];
      answer = (response) => {
        later.push(response);
        status(200)(response);
      };
      held.forEach(status(code));
      expect(await ended).to.deep.equal({ unflushed });
      expect(later).to.have.lengthOf(1);
      expect(await earlier).to.deep.equal({ unflushed });
    });

  it('waits for a batch of spans that waits for attributes of the resource', async () => {
    const tracing = await start({ ...prompt, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1' });
    const codes = [404];
    answer = (response) => status(codes.shift() ?? 500)(response);
    telemetry.traces();
    expect(await tracing.forceFlush()).to.deep.equal({ unflushed: ['traces'] });
    expect(codes).to.deep.equal([]);
  });

  it('tells the same of an SDK that was registered before', async () => {
    await withEnvironment({ ...collector, ...prompt }, async () => {
      const own = new NodeSDK();
      own.start();
      try {
        const tracing = startBeside({});
        await sendBatch();
        expect(await tracing.shutdown({ timeout: 50 })).to.deep.equal({ unflushed: ['traces'] });
        const flushed = tracing.shutdown();
        held.forEach(status(200));
        expect(await flushed).to.deep.equal({ unflushed: [] });
      } finally {
        held.forEach((response) => response.destroy());
        await own.shutdown();
        for (const api of [trace, metrics, logs, propagation, context]) api.disable();
      }
    });
  });

  it('names metrics whose exporter throws, without waiting for it', async () => {
    const exporter: PushMetricExporter = {
      export() {
        throw new Error('no');
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const tracing = await withEnvironment(quiet, () =>
      startTracing({ instrumentations: [], metricReaders: [new PeriodicExportingMetricReader({ exporter })], shutdownTimeout: 3_600_000 }),
    );
    telemetry.metrics();
    expect(await tracing.shutdown()).to.deep.equal({ unflushed: ['metrics'] });
  });
});
