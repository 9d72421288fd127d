import type { Instrumentation } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';

/**
 * Instrumentation of `node:http` and `node:https`, of `fetch` and undici, and of pg. Spread it into `instrumentations` to
 * add to it. Each is switched on as it is made.
 *
 * kafkajs' own is left out on purpose: `@tracelink/kafka` makes those spans.
 */
export function defaultInstrumentations(): Instrumentation[] {
  return [new HttpInstrumentation(), new UndiciInstrumentation(), new PgInstrumentation()];
}
