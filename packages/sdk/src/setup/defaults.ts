import { register } from 'node:module';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { FastifyRoutes, expressRoute } from './routes.ts';
import { PgInstrumentationWithoutLoneConnects, isScrape } from './without-noise.ts';

/**
 * Instrumentation of `node:http` and `node:https`, of `fetch` and undici, of pg, and of pino, whose lines get the ids of the
 * active span and are exported as log records. Server spans have the route of Express and Fastify; a scrape of OpenTelemetry's Prometheus
 * exporter has no span, and the connect of a pool has none where it would be a trace of its own. Spread it into `instrumentations` to add to it. Each is switched on as it is made.
 *
 * kafkajs' own is left out on purpose: `@tracelink/kafka` makes those spans.
 */
export function defaultInstrumentations(): Instrumentation[] {
  return [
    new HttpInstrumentation({ ignoreIncomingRequestHook: isScrape, requestHook: expressRoute }),
    new FastifyRoutes(),
    new UndiciInstrumentation(),
    new PgInstrumentationWithoutLoneConnects(),
    new PinoInstrumentation(),
  ];
}

/** What {@link defaultInstrumentations} patch by import; undici's listens to a diagnostics channel and patches nothing. */
const patched = ['http', 'https', 'pg', 'pg-pool', 'pino'];

let registered = false;

/**
 * Lets instrumentation see modules that are loaded by `import`, from now on. Instrumentation patches what passes through
 * `require` by itself; a module that an ES module imports passes it only by a loader hook.
 *
 * Only the modules that are patched go through the hook: wrapping others gains nothing and costs start-up time. Node
 * cannot take a hook back, so this happens once in a process.
 */
export function registerEsmHooks(): void {
  if (registered) return;
  registered = true;
  // Its successor `registerHooks` breaks on CommonJS in an ES module's imports before Node 22.22.3 and 24.11.1 (nodejs/node#59929).
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include: patched } });
}

/**
 * B3 (single header written, single and multi read), W3C Trace Context and W3C Baggage: all are written, so that the
 * next service understands one of them whatever it is.
 *
 * A composite propagator reads in order and the last valid context wins: W3C is preferred because it alone carries
 * `tracestate`.
 */
export function defaultPropagator(): TextMapPropagator {
  return new CompositePropagator({ propagators: [new B3Propagator(), new W3CTraceContextPropagator(), new W3CBaggagePropagator()] });
}
