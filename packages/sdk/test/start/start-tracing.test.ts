import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import {
  context,
  defaultTextMapSetter,
  diag,
  DiagLogLevel,
  logs,
  metrics,
  propagation,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Link,
} from '@opentelemetry/api';
import { MetricReader } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { defaultInstrumentations, SdkError, startTracing, type StartTracingOptions, type Tracing } from '@tracelink/sdk';
import { SpanRecorder } from '@tracelink/testing';
import { expect } from 'chai';
import { withEnvironment } from '../support/with-environment.ts';

const quiet = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

describe('startTracing', () => {
  let recorder: SpanRecorder;

  beforeEach(() => {
    recorder = new SpanRecorder();
  });

  afterEach(() => {
    recorder.assertDone();
    diag.disable();
  });

  async function traced(
    run: (tracing: Tracing) => unknown,
    options: StartTracingOptions = {},
    env: Record<string, string | undefined> = {},
  ) {
    await withEnvironment({ ...quiet, ...env }, async () => {
      await using tracing = startTracing({ serviceName: 'orders', spanProcessors: [recorder], instrumentations: [], ...options });
      await run(tracing);
    });
  }

  it('keeps the active span through await', async () => {
    await traced(async () => {
      await trace.getTracer('test').startActiveSpan('parent', async (parent) => {
        await new Promise((resolve) => setImmediate(resolve));
        trace.getTracer('test').startSpan('child').end();
        parent.end();
      });
    });
    expect(recorder.take('child').parentSpanContext?.spanId).to.equal(recorder.take('parent').spanContext().spanId);
  });

  it('makes spans of fetch and of servers by default, and none after a shutdown', async () => {
    const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await traced(async () => (await fetch(`http://127.0.0.1:${port}/`)).text(), { instrumentations: defaultInstrumentations() });
    // The server was imported before the start.
    const scopes = recorder.takeAll().map(({ instrumentationScope }) => instrumentationScope.name);
    expect(scopes).to.have.members(['@opentelemetry/instrumentation-http', '@opentelemetry/instrumentation-undici']);
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [recorder] }));
    const [response] = (await once(get({ port, agent: false }), 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    trace.disable();
    server.close();
    server.closeAllConnections();
  });

  describe('propagation', () => {
    it('writes W3C and B3 by default', async () => {
      await traced(() => {
        expect(Object.keys(injected()).toSorted()).to.deep.equal(['b3', 'traceparent']);
      });
    });

    it('prefers W3C where a request has both (4.5)', async () => {
      await traced(() => {
        const headers = { b3: `${'1'.repeat(32)}-${'1'.repeat(16)}-1`, traceparent: `00-${'2'.repeat(32)}-${'2'.repeat(16)}-01` };
        expect(trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers))?.traceId).to.equal('2'.repeat(32));
        expect(trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { b3: headers.b3 }))?.traceId).to.equal('1'.repeat(32));
      });
    });

    it('carries baggage', async () => {
      await traced(() => {
        const headers: Record<string, string> = {};
        propagation.inject(
          propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: { value: '1' } })),
          headers,
          defaultTextMapSetter,
        );
        expect(headers).to.deep.equal({ baggage: 'a=1' });
      });
    });

    it('leaves the choice to OTEL_PROPAGATORS where it is set', async () => {
      await traced(
        () =>
          expect(Object.keys(injected())).to.deep.equal(['X-B3-TraceId', 'X-B3-SpanId', 'X-B3-Sampled'].map((name) => name.toLowerCase())),
        {},
        { OTEL_PROPAGATORS: 'b3multi' },
      );
      await traced(() => expect(injected()).to.deep.equal({}), {}, { OTEL_PROPAGATORS: 'none' });
      await traced(() => expect(Object.keys(injected())).to.include('b3'), {}, { OTEL_PROPAGATORS: '' });
    });

    for (const [named, written, says] of [
      ['jaeger', ['b3', 'traceparent'], 'OTEL_PROPAGATORS: jaeger is not available, so the default is used: W3C and B3.'],
      ['b3,xray,B3', ['b3'], 'OTEL_PROPAGATORS: xray, B3 are not available, so only the others are used.'],
    ] as const)
      it(`warns of what OTEL_PROPAGATORS=${named} names and is not available, and is not switched off by it`, async () => {
        const warned = once(process, 'warning');
        await traced(() => expect(Object.keys(injected()).toSorted()).to.deep.equal(written), {}, { OTEL_PROPAGATORS: named });
        const [warning] = (await warned) as [Error];
        expect(warning).to.have.property('code', 'TRACELINK_PROPAGATOR_UNAVAILABLE');
        expect(warning.message).to.include(says);
      });
  });

  describe('links', () => {
    it('keeps 1024 links on a span, and as many as OTEL_SPAN_LINK_COUNT_LIMIT says where it is set (7.1)', async () => {
      const links = Array.from({ length: 1_100 }, (_, index) => linkTo(index.toString(16).padStart(32, 'f')));
      await traced(() => trace.getTracer('test').startSpan('batch', { links }).end());
      expect(recorder.take('batch').links).to.have.length(1_024);
      await traced(() => trace.getTracer('test').startSpan('batch', { links }).end(), {}, { OTEL_SPAN_LINK_COUNT_LIMIT: '3' });
      expect(recorder.take('batch').links).to.have.length(3);
    });

    it('decide about a root with followLinks, around the sampler of the environment', async () => {
      const run = (): void => {
        const tracer = trace.getTracer('test');
        tracer.startSpan('linked', { links: [linkTo('a'.repeat(32))] }).end();
        tracer.startSpan('alone').end();
      };
      await traced(run, { followLinks: true }, { OTEL_TRACES_SAMPLER: 'always_off' });
      expect(recorder.takeAll().map(({ name }) => name)).to.deep.equal(['linked']);
      await traced(run, {}, { OTEL_TRACES_SAMPLER: 'always_off' });
      expect(recorder.takeAll()).to.deep.equal([]);
    });
  });

  it('exports metrics to the readers given', async () => {
    const reader = new (class extends MetricReader {
      override async onForceFlush(): Promise<void> {}
      override async onShutdown(): Promise<void> {}
    })();
    await traced(
      async () => {
        metrics.getMeter('test').createCounter('orders').add(2);
        const { resourceMetrics } = await reader.collect();
        expect(resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name))).to.deep.equal([
          'orders',
        ]);
        expect(resourceMetrics.resource.attributes).to.include({ 'service.name': 'orders' });
      },
      { metricReaders: [reader] },
    );
  });

  it('sets up nothing when OTEL_SDK_DISABLED is true', async () => {
    await traced(
      async (tracing) => {
        const span = trace.getTracer('test').startSpan('a');
        expect(span.isRecording()).to.equal(false);
        expect(await tracing.forceFlush()).to.deep.equal({ unflushed: [] });
      },
      { instrumentations: [] },
      { OTEL_SDK_DISABLED: 'true' },
    );
  });

  it('rejects a second start, and starts again after a shutdown', async () => {
    await traced(() => {
      expect(() => startTracing()).to.throw(SdkError, /^\[already_started\]/);
    });
    await traced(() => trace.getTracer('test').startSpan('again').end());
    expect(recorder.take('again').name).to.equal('again');
  });

  it('rejects a start where an earlier version of the API has a tracer provider, which it names', () => {
    const global = globalThis as unknown as Record<symbol, unknown>;
    const place = Symbol.for('opentelemetry.js.api.1');
    const before = global[place];
    global[place] = { version: '1.9.1', trace: new TracerProvider() };
    try {
      expect(() => startTracing()).to.throw(
        SdkError,
        /^\[already_started\].*version 1\.9\.1 of @opentelemetry\/api, beside which version 1\.10\.\d+, which is imported here,/,
      );
    } finally {
      global[place] = before;
    }
  });

  describe('shutdown', () => {
    it('removes everything that it registered', async () => {
      const before = process.listenerCount('SIGTERM');
      await traced(() => expect(process.listenerCount('SIGTERM')).to.equal(before + 1), { flushOnExit: true });
      expect(process.listenerCount('SIGTERM')).to.equal(before);
      expect(trace.getTracer('test').startSpan('late').isRecording()).to.equal(false);
      expect(context.with(trace.setSpanContext(ROOT_CONTEXT, linkTo('a'.repeat(32)).context), () => context.active())).to.equal(
        ROOT_CONTEXT,
      );
      expect(injected()).to.deep.equal({});
    });

    it('stops waiting for a collector after its timeout, and reports that', async () => {
      const sockets: Socket[] = [];
      const silent = createTcpServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
      // A test that fails must not keep the run from its end.
      using closing = new DisposableStack();
      closing.defer(() => {
        silent.close();
        for (const socket of sockets) socket.destroy();
      });
      await once(silent, 'listening');
      const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const warnings: string[] = [];
      const log = (message: string): number => warnings.push(message);
      await withEnvironment(
        { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_METRICS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_TIMEOUT: '5000' },
        async () => {
          const tracing = startTracing({ serviceName: 'orders', instrumentations: [], shutdownTimeout: 60_000 });
          diag.setLogger(
            { error: log, warn: log, info() {}, debug() {}, verbose() {} },
            { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
          );
          trace.getTracer('test').startSpan('lost').end();
          const started = performance.now();
          expect(await tracing.forceFlush({ timeout: 20 })).to.deep.equal({ unflushed: ['traces'] });
          const [first, second] = [tracing.shutdown({ timeout: 30 }), tracing.shutdown()];
          expect(await first).to.deep.equal({ unflushed: ['traces'] });
          expect(await second).to.equal(await first);
          expect(performance.now() - started).to.be.lessThan(4_900);
        },
      );
      expect(warnings).to.include('tracelink: forceFlush of traces was not through after 20 ms');
      expect(warnings).to.include('tracelink: shutdown of traces was not through after 30 ms');
    });

    it('reports a processor that fails and ends the others', async () => {
      const failing = {
        onStart() {},
        onEnd() {},
        forceFlush: () => Promise.reject(new Error('no')),
        shutdown: () => Promise.reject(new Error('no')),
      };
      const tracing = await withEnvironment(quiet, () => startTracing({ spanProcessors: [failing], instrumentations: [] }));
      expect(await tracing.forceFlush()).to.deep.equal({ unflushed: ['traces'] });
      expect(await tracing.shutdown()).to.deep.equal({ unflushed: ['traces'] });
    });

    it('rejects an invalid timeout', async () => {
      await traced(async (tracing) => {
        for (const operation of ['forceFlush', 'shutdown'] as const) {
          expect(await tracing[operation]({ timeout: -1 }).catch((reason: unknown) => reason)).to.be.instanceOf(SdkError);
        }
      });
    });

    it('ends the logs too', async () => {
      await withEnvironment({ ...quiet, OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, async () => {
        const tracing = startTracing({ instrumentations: [] });
        logs.getLogger('test').emit({ body: 'lost' });
        expect(await tracing.shutdown({ timeout: 20 })).to.deep.equal({ unflushed: ['logs'] });
      });
    });
  });
});

function injected(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(trace.setSpanContext(ROOT_CONTEXT, linkTo('a'.repeat(32)).context), headers, defaultTextMapSetter);
  return headers;
}

function linkTo(traceId: string): Link {
  return { context: { traceId, spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED, isRemote: true } };
}
