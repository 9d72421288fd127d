import { trace } from '@opentelemetry/api';
import { startTracing, type StartTracingOptions } from '@tracelink/sdk';
import { SpanRecorder } from '@tracelink/testing';
import { expect } from 'chai';
import { withEnvironment } from '../support/with-environment.ts';

const quiet = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

describe('the service of startTracing', () => {
  let recorder: SpanRecorder;
  beforeEach(() => {
    recorder = new SpanRecorder();
  });
  afterEach(() => recorder.assertDone());

  it('names the service and its version on every span', async () => {
    await traced({ serviceName: 'orders', serviceVersion: '1.2.3' });
    expect(recorder.take('a').resource.attributes).to.include({
      'service.name': 'orders',
      'service.version': '1.2.3',
      'telemetry.sdk.language': 'nodejs',
    });
  });

  for (const detectors of [undefined, 'env', 'all'])
    it(`puts its options before OTEL_RESOURCE_ATTRIBUTES, with OTEL_NODE_RESOURCE_DETECTORS=${detectors ?? ''}`, async () => {
      await traced(
        { serviceName: 'orders', serviceVersion: '1.2.3' },
        {
          OTEL_RESOURCE_ATTRIBUTES: 'service.name=from-env,service.version=from-env,team=shop',
          OTEL_NODE_RESOURCE_DETECTORS: detectors,
        },
      );
      expect(recorder.take('a').resource.attributes).to.include({ 'service.name': 'orders', 'service.version': '1.2.3', team: 'shop' });
    });

  it('takes the version from OTEL_RESOURCE_ATTRIBUTES when none is given', async () => {
    await traced({ serviceName: 'orders' }, { OTEL_RESOURCE_ATTRIBUTES: 'service.version=from-env' });
    expect(recorder.take('a').resource.attributes).to.include({ 'service.name': 'orders', 'service.version': 'from-env' });
  });

  for (const detectors of [undefined, 'host'])
    for (const [variable, value] of [
      ['OTEL_SERVICE_NAME', 'from-env'],
      ['OTEL_RESOURCE_ATTRIBUTES', 'team=shop,service.name=from-env'],
    ] as const)
      it(`takes the name from ${variable} when none is given, with OTEL_NODE_RESOURCE_DETECTORS=${detectors ?? ''}`, async () => {
        await traced({}, { [variable]: value, OTEL_NODE_RESOURCE_DETECTORS: detectors });
        expect(recorder.take('a').resource.attributes).to.include({ 'service.name': 'from-env' });
      });

  /** Records the span `a`. */
  async function traced(options: StartTracingOptions, env: Record<string, string | undefined> = {}): Promise<void> {
    await withEnvironment({ ...quiet, ...env }, async () => {
      await using _tracing = startTracing({ spanProcessors: [recorder], instrumentations: [], ...options });
      trace.getTracer('test').startSpan('a').end();
    });
  }
});
