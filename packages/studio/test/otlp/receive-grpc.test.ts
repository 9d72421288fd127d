import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { ROOT_CONTEXT, trace, type SpanContext, type Tracer } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { startStudio, StudioError, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import { get } from '../support/post.ts';

type Config = NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>;
type Compression = Config['compression'] & string;
type Spans = Parameters<OTLPTraceExporter['export']>[0];

/** An exporter gives up after ten seconds by itself, which a busy machine may take. */
const configOf = (studio: Studio, compression = 'none'): Config => ({
  url: studio.grpcUrl ?? '',
  compression: compression as Compression,
  timeoutMillis: 60_000,
});

const resource = resourceFromAttributes({ 'service.name': 'shop' });
const traceExport = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

const startWithGrpc = (maxBodyBytes?: number): Promise<Studio> =>
  startStudio({ port: 0, grpcPort: 0, ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }) });

/** Calls with bytes as they are, as no exporter would; resolves with the answer's bytes, or with the error. */
async function call(studio: Studio, path: string, body: Buffer): Promise<Buffer | ServiceError> {
  const client = new Client(new URL(studio.grpcUrl ?? '').host, credentials.createInsecure());
  const asIs = (bytes: Buffer): Buffer => bytes;
  const { promise, resolve } = Promise.withResolvers<Buffer | ServiceError>();
  client.makeUnaryRequest(path, asIs, asIs, body, (error, answer) => resolve(error ?? answer ?? Buffer.alloc(0)));
  try {
    return await promise;
  } finally {
    client.close();
  }
}

/** The spans that `make` makes, as an exporter gets them. */
async function spansOf(make: (tracer: Tracer) => void): Promise<Spans> {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  make(provider.getTracer('test'));
  await provider.forceFlush();
  const spans = exporter.getFinishedSpans();
  await provider.shutdown();
  return spans;
}

async function exportSpans(exporter: OTLPTraceExporter, spans: Spans): Promise<ExportResult> {
  const { promise, resolve } = Promise.withResolvers<ExportResult>();
  exporter.export(spans, resolve);
  return promise;
}

const namesIn = async (studio: Studio): Promise<string[]> =>
  (await get<{ traces: { name: string }[] }>(studio, '/api/traces')).traces.map(({ name }) => name);

describe('the receiver for gRPC', () => {
  for (const compression of ['none', 'gzip'] as const) {
    it(`shows what OpenTelemetry's exporters of spans, log lines and metrics send, compression ${compression}`, async () => {
      await using studio = await startWithGrpc();
      const config = configOf(studio, compression);
      const tracers = new TracerProvider({
        resource,
        spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(config) })],
      });
      const span = tracers.getTracer('test', '1.2.3').startSpan('größe ∑', { attributes: { whole: 7, list: ['a', 'b'] } });
      const context: SpanContext = span.spanContext();
      const loggers = new LoggerProvider({
        resource,
        processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter(config) })],
      });
      loggers.getLogger('test').emit({ severityText: 'WARN', body: 'slow', context: trace.setSpan(ROOT_CONTEXT, span) });
      span.end();
      const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(config) });
      const meters = new MeterProvider({ resource, readers: [reader] });
      meters.getMeter('test').createCounter('orders').add(1);
      await Promise.all([tracers.shutdown(), loggers.shutdown(), meters.shutdown()]);

      const { spans } = await get<{ spans: object[] }>(studio, `/api/traces/${context.traceId}`);
      expect(spans).to.have.length(1);
      expect(spans[0]).to.deep.include({
        spanId: context.spanId,
        name: 'größe ∑',
        service: 'shop',
        attributes: { whole: 7, list: ['a', 'b'] },
        scope: { name: 'test', version: '1.2.3' },
        logs: 1,
      });
      const { logs } = await get<{ logs: object[] }>(studio, `/api/traces/${context.traceId}/${context.spanId}/logs`);
      expect(logs[0]).to.include({ severity: 'WARN', body: 'slow' });
      const { held } = await get<{ held: { metrics: number } }>(studio, '/api/traces');
      expect(held.metrics).to.equal(1);
    });
  }

  it('takes all of what many exporters send at the same time', async () => {
    await using studio = await startWithGrpc();
    const exporters = Array.from({ length: 8 }, () => new OTLPTraceExporter(configOf(studio)));
    const sent = await Promise.all(
      Array.from({ length: 80 }, async (_, index) => {
        const spans = await spansOf((tracer) => {
          for (let one = 0; one < 20; one++) tracer.startSpan(`span ${index}`).end();
        });
        return exportSpans(exporters[index % exporters.length] as OTLPTraceExporter, spans);
      }),
    );
    expect(sent.map(({ code }) => code)).to.deep.equal(sent.map(() => ExportResultCode.SUCCESS));
    await Promise.all(exporters.map((exporter) => exporter.shutdown()));
    const { held } = await get<{ held: { spans: number } }>(studio, '/api/traces');
    expect(held.spans).to.equal(1_600);
  });

  it('refuses what it cannot read with the status that gRPC has for it, and says why', async () => {
    await using studio = await startWithGrpc(10_000);
    for (const [what, path, body, code, details] of [
      ['no protobuf', traceExport, Buffer.from('hello'), status.INVALID_ARGUMENT, /^The body is not protobuf$/],
      ['a service that it has not', '/some.Service/Export', Buffer.alloc(0), status.UNIMPLEMENTED, /some\.Service/],
      ['a request that is too long', traceExport, Buffer.alloc(10_001), status.RESOURCE_EXHAUSTED, /10001.*10000/],
    ] as const) {
      const error = await call(studio, path, body);
      expect(error, what).to.be.instanceOf(Error).and.include({ code });
      expect((error as ServiceError).details, what).to.match(details);
    }
    expect(await call(studio, traceExport, Buffer.alloc(0))).to.deep.equal(Buffer.alloc(0));
  });

  it('gives an exporter the reason and the limit when its batch is too long, as sent or decompressed, and takes its next one', async () => {
    await using studio = await startWithGrpc(10_000);
    for (const [compression, text, reason] of [
      ['none', 'x'.repeat(20_000), /larger than max \(\d+ vs 10000\)/],
      ['gzip', 'x'.repeat(20_000), /decompresses to a size larger than 10000/],
    ] as const) {
      const exporter = new OTLPTraceExporter(configOf(studio, compression));
      const long = await exportSpans(exporter, await spansOf((tracer) => tracer.startSpan('long', { attributes: { text } }).end()));
      expect(long.error, compression).to.include({ code: status.RESOURCE_EXHAUSTED }).and.have.property('details').that.matches(reason);
      const short = await exportSpans(exporter, await spansOf((tracer) => tracer.startSpan(`short, ${compression}`).end()));
      expect(short.code).to.equal(ExportResultCode.SUCCESS);
      await exporter.shutdown();
    }
    expect(await namesIn(studio)).to.have.members(['short, none', 'short, gzip']);
  });

  it('is not opened without its option', async () => {
    await using studio = await startStudio({ port: 0 });
    expect(studio.grpcUrl).to.equal(undefined);
  });

  it('rejects with cannot_listen when its port is taken, and leaves no other port open', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const free = await startStudio({ port: 0 });
    await free.stop();
    const error: unknown = await startStudio({ port: free.port, grpcPort: port }).catch((reason: unknown) => reason);
    expect(error)
      .to.be.instanceOf(StudioError)
      .and.include({
        code: 'cannot_listen',
        message:
          `[cannot_listen] The studio cannot listen on 127.0.0.1:${port} for OTLP over gRPC: ` +
          'another program listens there. Choose another port; 0 is any free one.',
      });
    other.close();
    await using again = await startStudio({ port: free.port, grpcPort: port });
    expect(again.grpcUrl).to.equal(`http://127.0.0.1:${port}`);
  });

  it('is closed with the studio while exporters are connected, and frees its port', async () => {
    const studio = await startWithGrpc();
    const exporter = new OTLPTraceExporter(configOf(studio));
    const spans = await spansOf((tracer) => tracer.startSpan('one').end());
    expect((await exportSpans(exporter, spans)).code).to.equal(ExportResultCode.SUCCESS);
    await Promise.all([studio.stop(), studio.stop()]);
    await using next = await startStudio({ port: 0, grpcPort: Number(new URL(studio.grpcUrl ?? '').port) });
    // The exporter connects again by itself.
    expect((await exportSpans(exporter, spans)).code).to.equal(ExportResultCode.SUCCESS);
    await exporter.shutdown();
    expect(await namesIn(next)).to.deep.equal(['one']);
  });
});
