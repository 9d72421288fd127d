// A service on the framework that it is told, of which it serves one request of its own; it knows nothing of tracing.
import { get } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { withSpan } from '@tracelink/context';
import { requestContext as expressContext } from '@tracelink/context/express';
import { requestContext as fastifyContext } from '@tracelink/context/fastify';
import express from 'express';
import Fastify from 'fastify';
import pg from 'pg';

const { FRAMEWORK = 'fastify', REQUEST_CONTEXT = 'no', QUERY = 'no', START_SPAN = 'no' } = process.env;
const withContext = REQUEST_CONTEXT === 'yes';
const pool = new pg.Pool({ host: '127.0.0.1', port: 1, database: 'orders' });
const query = async (): Promise<void> => {
  if (QUERY === 'yes') await pool.connect().catch(() => {});
};

// As services do that wait for their database before they listen.
await query();
const start = FRAMEWORK === 'fastify' ? onFastify : onExpress;
const server = await (START_SPAN === 'yes' ? withSpan('start', start) : start());
await ask((server.address() as AddressInfo).port, '/orders/1');
const scraped = process.env['OTEL_EXPORTER_PROMETHEUS_PORT'];
if (scraped !== undefined) process.stdout.write(await ask(Number(scraped), '/metrics'));
server.close();

async function onFastify(): Promise<Server> {
  const app = Fastify({ forceCloseConnections: true });
  if (withContext) await app.register(fastifyContext);
  app.get('/orders/:id', async () => {
    await query();
    return 'ok';
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}

async function onExpress(): Promise<Server> {
  const app = express();
  if (withContext) app.use(expressContext());
  const router = express.Router();
  router.get('/:id', async (_request, response) => {
    await query();
    response.send('ok');
  });
  app.use('/orders', router);
  return new Promise((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
}

function ask(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port, path, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => resolve(body));
    }).on('error', reject);
  });
}
