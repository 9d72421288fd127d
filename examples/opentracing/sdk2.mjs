// Old code under OpenTracing, new code under OpenTelemetry, one trace: SDK 2, where the shim still runs.
import { trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { TracerShim } from '@opentelemetry/shim-opentracing';
import { SpanRecorder } from '@tracelink/testing';
import opentracing from 'opentracing';
import { checkout } from './checkout-opentracing.mjs';
import { runOrderFlow } from './order-flow.mjs';

const spans = new SpanRecorder();
const provider = new NodeTracerProvider({ resource: resourceFromAttributes({ 'service.name': 'shop' }), spanProcessors: [spans] });
provider.register();
// All that the old code needs. Its spans are OpenTelemetry's from here on.
opentracing.initGlobalTracer(new TracerShim(trace.getTracer('opentracing')));

await runOrderFlow(checkout, spans);
await provider.shutdown();
