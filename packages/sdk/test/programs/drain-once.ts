// A program that handles SIGTERM once, by work that takes longer than delivering its span. It listens before it starts tracing, or after.
import { setTimeout as wait } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { startTracing } from '@tracelink/sdk';

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const alive = setInterval(() => {}, 60_000);

async function drain(): Promise<void> {
  say('drain begins');
  await wait(500);
  trace.getTracer('test').startSpan('drained').end();
  say('drain done');
  clearInterval(alive);
}

const handle = (): void => void process.once('SIGTERM', () => void drain());
const isBefore = process.env['LISTENS'] === 'before';
if (isBefore) handle();
startTracing({ flushOnExit: true, instrumentations: [] });
if (!isBefore) handle();
trace.getTracer('test').startSpan('first words').end();
say('ready');
