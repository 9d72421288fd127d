import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { ContextError, contextValue, currentSignal, traceId } from '@tracelink/context';
import { requestContext as expressContext } from '@tracelink/context/express';
import { requestContext as fastifyContext } from '@tracelink/context/fastify';
import { expect } from 'chai';
import express from 'express';
import { fastify } from 'fastify';
import { bodyOf, fetchJson, send } from '../support/http-client.ts';
import { useTracing } from '../support/use-tracing.ts';

const tenant = contextValue<string>('tenant');
const json = { 'content-type': 'application/json' };

/** An application that answers what a handler finds in its context. */
interface App {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const frameworks: Readonly<Record<string, () => Promise<App>>> = {
  async fastify() {
    const app = fastify();
    await app.register(fastifyContext, {
      values: (context, { headers }) => tenant.set(context, String(headers['x-tenant'])),
      timeout: 60_000,
      traceresponse: true,
      bodyField: 'traceId',
    });
    app.post('/orders/:id', async () => {
      await turn();
      return { tenant: tenant.get(), hasSignal: currentSignal() !== undefined, id: traceId() };
    });
    app.post('/own', async () => ({ traceId: 'own' }));
    app.post('/list', async () => [1]);
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: async () => app.close() };
  },
  async express() {
    const app = express();
    app.use(
      expressContext({
        values: (context, { headers }) => tenant.set(context, String(headers['x-tenant'])),
        timeout: 60_000,
        traceresponse: true,
      }),
    );
    app.use(express.json());
    const router = express.Router();
    router.post('/:id', async (_request, response) => {
      await turn();
      response.json({ tenant: tenant.get(), hasSignal: currentSignal() !== undefined, id: traceId(), traceId: traceId() });
    });
    app.use('/orders', router);
    const server: Server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async close() {
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
      },
    };
  },
};

for (const [name, start] of Object.entries(frameworks)) {
  describe(`requestContext of ${name}`, () => {
    const spans = useTracing();
    let app: App;
    before(async () => {
      app = await start();
    });
    after(() => app.close());

    it('keeps values, signal and ids of each request while its body is read', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const response = await send(
            `${app.url}/orders/${index}`,
            { method: 'POST', headers: { ...json, 'x-tenant': `t${index}` } },
            '{"sku":"tea"}',
          );
          return { answer: (await bodyOf(response)) as Record<string, unknown>, traceresponse: response.headers['traceresponse'] };
        }),
      );
      for (const [index, { answer, traceresponse }] of answers.entries()) {
        expect(answer).to.include({ tenant: `t${index}`, hasSignal: true, traceId: answer['id'] });
        expect(traceresponse).to.contain(answer['id']);
      }
      expect(new Set(answers.map(({ answer }) => answer['id'])).size).to.equal(20);
      for (let left = 20; left > 0; left--)
        expect((await spans.waitFor('POST /orders/:id')).attributes).to.include({
          'http.route': '/orders/:id',
          'http.response.status_code': 200,
        });
    });

    it('names the span by its method when there is no route', async () => {
      const response = await send(`${app.url}/nowhere`, {});
      response.resume();
      await once(response, 'end');
      expect((await spans.waitFor('GET')).attributes)
        .to.include({ 'http.response.status_code': 404 })
        .and.not.to.have.property('http.route');
    });
  });
}

describe('requestContext of fastify', () => {
  const spans = useTracing();

  it('does not change bodies that have the field or cannot hold it', async () => {
    const app = await (frameworks['fastify'] as () => Promise<App>)();
    expect(await fetchJson(`${app.url}/own`, { method: 'POST' })).to.deep.equal({ traceId: 'own' });
    expect(await fetchJson(`${app.url}/list`, { method: 'POST' })).to.deep.equal([1]);
    await app.close();
    for (const name of ['POST /own', 'POST /list']) await spans.waitFor(name);
  });

  it('answers with the error that values throws, as for a handler', async () => {
    const app = fastify();
    await app.register(fastifyContext, {
      values: () => {
        throw new Error('no tenant');
      },
    });
    app.get('/', async () => 'never');
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    expect(await fetchJson(url, {})).to.include({ statusCode: 500, message: 'no tenant' });
    await app.close();
    await spans.waitFor('GET /');
  });

  it('rejects invalid options', async () => {
    const refused = await fastify()
      .register(fastifyContext, { timeout: -1 })
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(refused).to.be.instanceOf(ContextError);
    expect(() => expressContext({ timeout: -1 })).to.throw(ContextError);
  });
});
