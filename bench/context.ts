// What detached work costs: a context for it, and a task beside a bare promise.
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { BackgroundTasks, cloneContext, cloneContextWithoutSpan, contextValue, forEachDetached, withSpan } from '@tracelink/context';
import { nanosecondsPerCall } from './measure/measure.ts';

const effort = { warmUp: 500, sample: 100, samples: 9 };

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new TracerProvider());
const keys = ['tenant', 'user', 'locale'].map((name) => contextValue<string>(name, { detached: true }));
const named = ['transaction', 'cart', 'session'].map((name) => contextValue<string>(name));
const tasks = new BackgroundTasks({ concurrency: Infinity });
const items = Array.from({ length: 1_000 }, (_, index) => index);
let sink: unknown;

// In a request that has a span, three values that go along by themselves, and three that go along where they are named.
let request = context.active();
for (const key of [...keys, ...named]) request = key.set(request, 'value');
const rows = await context.with(request, () =>
  withSpan('request', async () => [
    { what: 'cloneContextWithoutSpan', ns: await ofMany(() => cloneContextWithoutSpan()) },
    { what: 'and three named values', ns: await ofMany(() => cloneContextWithoutSpan({ keys: named })) },
    { what: 'cloneContext', ns: await ofMany(() => cloneContext()) },
    { what: 'a bare promise', ns: await nanosecondsPerCall(() => Promise.resolve().then(nothing), effort) },
    { what: 'BackgroundTasks.run', ns: await nanosecondsPerCall(() => tasks.run('task', nothing).done, effort) },
    { what: 'an item of forEachDetached', ns: (await nanosecondsPerCall(() => forEachDetached(items, nothing), effort)) / items.length },
  ]),
);
for (const { what, ns } of rows) console.log(`${what.padEnd(28)} ${(ns / 1_000).toFixed(2).padStart(6)} µs of CPU`);
const [clone] = rows;
console.log(`goal: cloneContextWithoutSpan at three values in 1 µs: ${clone !== undefined && clone.ns <= 1_000 ? 'met' : 'missed'}`);
void sink;

/** Nanoseconds of one synchronous call: a thousand at a time, so that the promise that they are awaited by does not count. */
async function ofMany(call: () => unknown): Promise<number> {
  const thousand = async (): Promise<void> => {
    for (let index = 0; index < 1_000; index++) sink = call();
  };
  return (await nanosecondsPerCall(thousand, effort)) / 1_000;
}

function nothing(): void {}
