// A program that records a span when its event loop is empty: at once, or by work that takes longer than a flush.
import { setTimeout as wait } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { startTracing } from '@tracelink/sdk';

const drained = (): void => trace.getTracer('test').startSpan('drained').end();
const drain = process.env['DRAINS'] === 'at once' ? drained : () => void wait(500).then(drained);
const listen = (): void => void process.once('beforeExit', drain);
const isBefore = process.env['LISTENS'] === 'before';
if (isBefore) listen();
startTracing({ flushOnExit: true, instrumentations: [] });
if (!isBefore) listen();
trace.getTracer('test').startSpan('first words').end();
