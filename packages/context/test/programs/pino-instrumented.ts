// pino under OpenTelemetry's own instrumentation, with `traceFields()` as its mixin: prints the lines, and the ids of the
// span that was active.
import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { BackgroundTasks, forEachDetached, traceFields, withSpan } from '@tracelink/context';
import type { pino as Pino } from 'pino';

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const tracerProvider = new TracerProvider();
trace.setGlobalTracerProvider(tracerProvider);
const instrumentation = new PinoInstrumentation();
instrumentation.setTracerProvider(tracerProvider);
instrumentation.enable();

// Instrumentations see what is required after them; an import would come before.
const { pino } = createRequire(import.meta.url)('pino') as { pino: typeof Pino };
const instrumented = pino();
const mixed = pino({ mixin: traceFields });
const tasks = new BackgroundTasks();

/** Both loggers' lines after an `await`, and the ids that they must carry. */
async function log(where: string): Promise<void> {
  await turn();
  instrumented.info(`alone ${where}`);
  mixed.info(`mixed ${where}`);
  process.stdout.write(`${JSON.stringify({ where, ...trace.getActiveSpan()?.spanContext() })}\n`);
}

await withSpan('request', async () => {
  tasks.run('task', () => log('task'));
  await log('handler');
});
await tasks.drain();
await forEachDetached([1], () => log('item'));
