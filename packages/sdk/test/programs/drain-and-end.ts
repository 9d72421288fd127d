// A program that is busy after SIGTERM for longer than a flush takes, records a span at its end, and ends in the way that it is told.
import { subscribe } from 'node:diagnostics_channel';
import { setTimeout as wait } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { beforeSignalEnds } from '@tracelink/context/internal';
import { startTracing } from '@tracelink/sdk';

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const alive = setInterval(() => {}, 60_000);
let isDrained = false;

const record = (): void => trace.getTracer('test').startSpan('drained').end();

async function drain(): Promise<void> {
  say('drain begins');
  await wait(500);
  record();
  isDrained = true;
  clearInterval(alive);
  say('drain done');
}

const sendAgain = (): true => process.kill(process.pid, 'SIGTERM');
const ways: Readonly<Record<string, () => void>> = {
  // As `drainOnSignal` of @tracelink/kafka.
  ours: () => void beforeSignalEnds(['SIGTERM'], drain),
  // As the shutdown hooks of Nest.
  removeListener() {
    const onSignal = (): void =>
      void drain().then(() => {
        process.off('SIGTERM', onSignal);
        sendAgain();
      });
    process.on('SIGTERM', onSignal);
  },
  removeAllListeners: () =>
    void process.on('SIGTERM', () => {
      void drain().then(() => {
        process.removeAllListeners('SIGTERM');
        sendAgain();
      });
    }),
  // When there is nothing else to do, and no signal.
  'beforeExit at once': () => void process.once('beforeExit', record),
  'beforeExit later': () => void process.once('beforeExit', () => void drain()),
  nothing: () => {},
  'empty loop': () => void process.once('SIGTERM', () => void drain()),
  once: () => void process.once('SIGTERM', () => void drain().then(sendAgain)),
  // A listener of its own beside ours, which ends the program as soon as the drain is delivered.
  exit() {
    beforeSignalEnds(['SIGTERM'], drain);
    process.once('SIGTERM', () => {
      setInterval(() => {}, 60_000);
      subscribe('http.client.response.finish', () => {
        if (isDrained) process.exit();
      });
    });
  },
};
const { ENDS_BY: way = '' } = process.env;
const handle = ways[way] as () => void;
const isBefore = process.env['LISTENS'] === 'before';
if (isBefore) handle();
startTracing({ flushOnExit: true, instrumentations: [] });
if (!isBefore) handle();
trace.getTracer('test').startSpan('first words').end();
if (way.startsWith('beforeExit')) clearInterval(alive);
else say('ready');
