import type { Instrumentation } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';

/**
 * Instrumentation of `node:http` and `node:https`, of `fetch` and undici, of pg, and of pino, whose lines get the ids of the
 * active span and are exported as log records. Spread it into `instrumentations` to add to it. Each is switched on as it is made.
 *
 * kafkajs' own is left out on purpose: `@tracelink/kafka` makes those spans.
 */
export function defaultInstrumentations(): Instrumentation[] {
  return [new HttpInstrumentation(), new UndiciInstrumentation(), new PgInstrumentation(), new PinoInstrumentation()];
}
