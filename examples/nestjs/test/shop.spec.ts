import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SubscribeStrategy } from '@tracelink/nestjs';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { startTracing, type Tracing } from '@tracelink/sdk';
import { SpanRecorder } from '@tracelink/testing';
import { traceMatchers } from '@tracelink/testing/jest';
import { Packing } from '../src/packing.js';
import { startApp } from '../src/start-app.js';

expect.extend(traceMatchers);

describe('the shop', () => {
  const spans = new SpanRecorder();
  let tracing: Tracing;
  let broker: EmbeddedKafka;
  let app: INestApplication;

  beforeAll(async () => {
    tracing = startTracing({ serviceName: 'shop', spanProcessors: [spans], metricReaders: [], instrumentations: [] });
    broker = await EmbeddedKafka.start({ topics: { 'stock.reserve': 1, 'stock.reserve.reply': 1, 'orders.placed': 1 } });
    process.env['KAFKA_BROKERS'] = broker.brokers.join(',');
    app = await startApp(0);
  });
  afterEach(() => spans.assertDone());
  afterAll(async () => {
    await app.close();
    await broker.stop();
    await tracing.shutdown();
  });

  const request = async (path: string, body?: object): Promise<{ status: number; body: unknown }> => {
    const init = body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(new URL(path, await app.getUrl()), init);
    return { status: response.status, body: await response.json() };
  };
  const ended = async (...names: string[]) => {
    const taken = [];
    for (const name of names) taken.push(await spans.waitFor(name));
    return taken;
  };

  it('has a request, its reply and its event in one trace', async () => {
    expect(await request('orders', { id: 7, item: 'tea' })).toEqual({ status: 201, body: { id: 7, shelf: 'shelf of tea' } });
    const trace = await ended(
      'POST /orders',
      'send stock.reserve',
      'process stock.reserve',
      'send stock.reserve.reply',
      'process stock.reserve.reply',
      'send orders.placed',
      'process orders.placed',
    );
    expect(app.get(Packing).packed).toEqual([{ id: 7, item: 'tea' }]);
    expect(trace).toMatchTraceTree(`
      trace
      └─ shop: POST /orders (server)
         ├─ shop: send orders.placed (producer)
         │  └─ shop: process orders.placed (consumer)
         │        → shop: send orders.placed
         └─ shop: send stock.reserve (producer)
            └─ shop: process stock.reserve (consumer)
               │  → shop: send stock.reserve
               └─ shop: send stock.reserve.reply (producer)
                  └─ shop: process stock.reserve.reply (consumer)
                        → shop: send stock.reserve.reply
    `);
  });

  it('answers a request with the error of its handler', async () => {
    expect(await request('orders', { id: 8, item: 'moon' })).toMatchObject({ status: 500 });
    const [, , processed] = await ended('POST /orders', 'send stock.reserve', 'process stock.reserve');
    expect(processed?.status).toEqual({ code: 2, message: 'there is only one' });
    await ended('send stock.reserve.reply', 'process stock.reserve.reply');
  });

  it('gives the dead-letter record the error that the handler threw', async () => {
    const dead = Promise.withResolvers<unknown>();
    app.get(SubscribeStrategy).on('dead-letter', ({ error }) => dead.resolve(error));
    await request('orders', { id: 9, item: 'fog' });
    expect(await dead.promise).toMatchObject({ name: 'NotPackable', message: 'fog has no edges' });
    const failed = (await ended('process orders.placed'))[0];
    expect(failed?.attributes).toMatchObject({ 'error.type': 'NotPackable', 'tracelink.delivery.attempt': 1 });
    await ended('POST /orders', 'send orders.placed', 'send orders.placed.packing.dead-letter');
    await ended('send stock.reserve', 'process stock.reserve', 'send stock.reserve.reply', 'process stock.reserve.reply');
  });

  it('is healthy', async () => {
    expect(await request('health')).toMatchObject({
      status: 200,
      body: { details: { kafka: { status: 'up', groups: { shop: { state: 'running' }, packing: { state: 'running' } } } } },
    });
    await ended('GET /health');
  });
});
