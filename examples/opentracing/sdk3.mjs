// The same flow with the code moved over: SDK 3, where there is no shim any more.
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { SpanRecorder } from '@tracelink/testing';
import { checkout } from './checkout-opentelemetry.mjs';
import { runOrderFlow } from './order-flow.mjs';

const spans = new SpanRecorder();
const provider = new TracerProvider({ resource: resourceFromAttributes({ 'service.name': 'shop' }), spanProcessors: [spans] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(provider);

await runOrderFlow(checkout, spans);
await provider.shutdown();
