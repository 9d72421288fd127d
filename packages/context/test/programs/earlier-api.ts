// A program whose agent registered a tracer provider with an earlier minor version of OpenTelemetry's API than the one that tracelink imports.
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { BackgroundTasks, requestContext, withSpan } from '@tracelink/context';
import { trace } from 'opentelemetry-api-1.9';

trace.setGlobalTracerProvider(new TracerProvider() as never);
const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  async span() {
    await withSpan('work', async () => {});
  },
  async task() {
    const tasks = new BackgroundTasks();
    for (let count = 0; count < 3; count++) tasks.run('work', async () => {});
    await tasks.drain();
  },
  async request() {
    const server = createServer(requestContext((_request, response) => response.end())).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    await new Promise((resolve) => get({ port: (server.address() as AddressInfo).port, agent: false }, resolve));
    server.closeAllConnections();
    server.close();
  },
};
for (const way of process.argv.slice(2)) await ways[way]?.();
