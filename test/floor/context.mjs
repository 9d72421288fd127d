// Everything of @tracelink/context once, with the SDK that is installed beside it, or with none (`--no-sdk`). Prints what it found.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { context } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import {
  BackgroundTasks,
  cloneContext,
  contextValue,
  currentSignal,
  forEachDetached,
  requestContext,
  traceId,
  withSpan,
} from '@tracelink/context';

const exporter = new InMemorySpanExporter();
if (!process.argv.includes('--no-sdk')) new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

const tenant = contextValue('tenant', { default: 'unknown', detached: true });
const tasks = new BackgroundTasks({ onError: () => {} });
const seen = {};
const server = createServer(
  requestContext(
    async (_request, response) => {
      const request = traceId();
      await Promise.resolve();
      const cloned = await context.with(cloneContext(), () =>
        withSpan('note', async () => [tenant.get(), traceId() === request, currentSignal()]),
      );
      const task = tasks.run('task', async () => {
        seen.task = [tenant.get(), traceId() === request];
      });
      const failed = tasks.run('failing', () => Promise.reject(undefined));
      const loop = await forEachDetached([1, 2, 3], (item) => (item === 2 ? Promise.reject(new Error('two')) : undefined));
      Object.assign(seen, {
        cloned,
        outcomes: [await task.done, await failed.done],
        loop: [loop.finished, loop.failed],
        traced: request !== undefined,
      });
      response.end();
    },
    { values: (active) => tenant.set(active, 'acme') },
  ),
).listen(0);
await once(server, 'listening');
await fetch(`http://localhost:${server.address().port}/`);
server.closeAllConnections();
server.close();
await once(server, 'close');
const { finished, abandoned } = await tasks.drain();
const spans = exporter
  .getFinishedSpans()
  .map(({ name }) => name)
  .toSorted();
process.stdout.write(`${JSON.stringify({ ...seen, drained: [finished, abandoned], spans })}\n`);
