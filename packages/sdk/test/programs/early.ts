// A program that starts tracing after its imports, as ES modules make easy: pg, pino and the server are loaded by then.
import { trace } from '@opentelemetry/api';
import { startTracing } from '@tracelink/sdk';
import Fastify from 'fastify';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { pino } from 'pino';

const tracing = startTracing({ serviceName: 'early' });
const app = Fastify();
app.get('/orders/:id', async () => ({ traceId: trace.getActiveSpan()?.spanContext().traceId }));
await app.listen({ port: 0, host: '127.0.0.1' });
const { port } = app.server.address() as AddressInfo;
await new Promise<void>((resolve) => {
  get({ port, path: '/orders/1', agent: false }, (response) => response.resume().once('end', resolve));
});
await new pg.Client({ host: '127.0.0.1', port: 1 }).connect().catch(() => {});
pino({ enabled: false }).info('done');
await app.close();
await tracing.shutdown();
