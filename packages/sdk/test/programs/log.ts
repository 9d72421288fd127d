// A program that imports pino as an ES module and logs inside a span.
import { trace } from '@opentelemetry/api';
import { pino } from 'pino';

const log = pino({ formatters: { level: (label) => ({ level: label }) } });
trace.getTracer('test').startActiveSpan('reserve stock', (span) => {
  log.warn({ sku: 'tea' }, 'only one left');
  span.end();
});
