import { parseArgs } from 'node:util';
import { setImmediate as turn } from 'node:timers/promises';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { BackgroundTasks, contextValue, withSpan } from '@tracelink/context';

const help = `Runs detached tasks, and asks after each tenth of them what is left of them in the heap.

  npm run soak:tasks -- [--count 100000] [--leak]

  --count  tasks, at least 10000
  --leak   keeps every task: to see this program fail

Ends with 1 when the heap at the end is more than 2 MiB above the heap after the second tenth. Ctrl-C stops it.
`;
const allowed = 2 * 1024 * 1024;

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, leak: { type: 'boolean' }, help: { type: 'boolean' } },
});
const count = Number(values.count);
if (values.help === true) process.stdout.write(help);
else if (!Number.isSafeInteger(count) || count < 10_000) {
  process.stderr.write(`--count must be a whole number from 10000.\n\n${help}`);
  process.exitCode = 2;
} else if (globalThis.gc === undefined) {
  process.stderr.write('Start it by npm run soak:tasks: it needs --expose-gc.\n');
  process.exitCode = 2;
} else process.exitCode = await soak(count, globalThis.gc, values.leak === true);

async function soak(total: number, collect: NonNullable<typeof globalThis.gc>, leak: boolean): Promise<number> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider());
  const tenant = contextValue<string>('tenant', { detached: true });
  const tasks = new BackgroundTasks({ onError: () => {} });
  const kept: unknown[] = [];
  const heaps: number[] = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    for (let done = 0; done < total / 10; done++) {
      // What a service does: a request ends while its task goes on. Every tenth task fails.
      const task = tenant.with(`tenant ${done}`, () =>
        withSpan('request', () =>
          tasks.run('note', async () => {
            await turn();
            if (done % 10 === 0) throw new Error('no room');
          }),
        ),
      );
      if (leak) kept.push(task);
      if (done % 1_000 === 0) await task.done;
    }
    while (tasks.running().length > 0) await turn();
    collect();
    const { heapUsed } = process.memoryUsage();
    heaps.push(heapUsed);
    process.stdout.write(`${((tenth + 1) * total) / 10} tasks: ${(heapUsed / 1024 / 1024).toFixed(1)} MiB\n`);
  }
  await tasks.drain();
  // The first tenth fills the caches of the engine and of the SDK.
  const growth = (heaps.at(-1) as number) - (heaps[1] as number);
  process.stdout.write(
    `${growth > allowed ? 'grew' : 'flat'}: ${(growth / 1024).toFixed(0)} KiB after ${total * 0.8} tasks, ${kept.length} kept\n`,
  );
  return growth > allowed ? 1 : 0;
}
