// Every task here does something that would end a process, were it started as a bare promise. What starts this program expects
// exit code 0 and an empty standard error.
import { setImmediate as turn } from 'node:timers/promises';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { BackgroundTasks, type Task } from '@tracelink/context';

if (process.argv.includes('--traced')) {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider());
}

const drained = Promise.withResolvers<void>();

const nasty: Task[] = [
  () => {
    throw new Error('at once');
  },
  () => Promise.reject(undefined),
  () => Promise.reject(new Error('later')),
  ({ signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('after the abort')), { once: true })),
  ({ signal }) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => void drained.promise.then(() => reject(new Error('after the drain')))),
    ),
  () => new Promise(() => {}),
  () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- misbehaving thenables are the subject
    get then(): never {
      throw new Error('no then');
    },
  }),
  () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- misbehaving thenables are the subject
    then(resolve: () => void, reject: (error: Error) => void): never {
      resolve();
      reject(new Error('too late'));
      throw new Error('far too late');
    },
  }),
  () => new (class Promised extends Promise<never> {})((_resolve, reject) => reject(new Error('of its own kind'))),
  async () => tasks.drain(),
  () => void tasks.run('inner', () => Promise.reject(new Error('inner'))),
  () => tasks.run('', () => {}),
];

const tasks = new BackgroundTasks({
  timeout: 10,
  concurrency: 5,
  backlog: 8,
  overflow: 'spill',
  spill: () => Promise.reject(new Error('broker down')),
  onError: (_error, { name }) => (name === 'task 2' ? Promise.reject(new Error('sink down')) : Promise.resolve(failSometimes(name))),
  log: {
    info: () => Promise.reject(new Error('disk full')),
    warn: () => Promise.reject(new Error('disk full')),
  },
});

function failSometimes(name: string): void {
  if (name === 'task 3') throw new Error('sink down');
}

for (const [index, task] of nasty.entries()) tasks.run(`task ${index}`, task);
for (const [index, task] of nasty.entries()) tasks.run(`overflow ${index}`, task, { input: index } as never);
const { abandoned, ...counts } = await tasks.drain({ timeout: 1_500, grace: 10 });
for (const task of nasty) tasks.run('late', task);
drained.resolve();
// Node tells of unhandled rejections between two turns of the event loop.
for (let turns = 0; turns < 3; turns++) await turn();
process.stdout.write(JSON.stringify({ ...counts, durationMs: undefined, abandoned: abandoned.map(({ name }) => name) }));
