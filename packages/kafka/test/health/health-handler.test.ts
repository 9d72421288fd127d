import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import express from 'express';
import { fastify } from 'fastify';
import { healthHandler, lagHandler, type HealthHandler } from '../../src/health/index.ts';
import { produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useSubscriptions } from '../support/broker/subscription.ts';

/** Serves two routes on a port of its own. */
type Serve = (health: HealthHandler, lag: HealthHandler) => Promise<Served>;

interface Served {
  readonly url: string;
  readonly close: () => Promise<unknown>;
}

const servers: Readonly<Record<string, Serve>> = {
  'node:http': async (health, lag) =>
    served(createServer((request, response) => (request.url === '/lag' ? lag : health)(request, response)).listen(0, '127.0.0.1')),
  async Express(health, lag) {
    const app = express();
    app.all('/health', health);
    app.all('/lag', lag);
    return served(createServer(app).listen(0, '127.0.0.1'));
  },
  async Fastify(health, lag) {
    const app = fastify();
    app.all('/health', health);
    app.all('/lag', lag);
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
  },
};

async function served(server: ReturnType<typeof createServer>): Promise<Served> {
  await once(server, 'listening');
  const close = (): Promise<unknown> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    return closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe('the handlers of health and lag', () => {
  const kafka = useKafka();
  const subscriptions = useSubscriptions(kafka);
  const open: Served[] = [];
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  before(() => void process.on('unhandledRejection', note));
  after(() => void process.off('unhandledRejection', note));
  afterEach('no answer would have ended the process', () => expect(unhandled.splice(0)).to.deep.equal([]));
  afterEach('close the servers', async () => {
    for (const { close } of open.splice(0)) await close();
  });

  for (const [name, serve] of Object.entries(servers))
    describe(`on ${name}`, () => {
      it('answer 200 while all is well, and 503 once the subscription has ended', async () => {
        const topic = await kafka.createTopic();
        const subscription = await subscriptions.subscribe(topic, () => {});
        const { url } = await start(serve, healthHandler(subscription), lagHandler(subscription));

        const healthy = await fetch(`${url}/health`);
        expect(healthy.status).to.equal(200);
        expect(healthy.headers.get('cache-control')).to.equal('no-store');
        expect(healthy.headers.get('content-type')).to.equal('application/json; charset=utf-8');
        const running = { ok: true, state: 'running', inFlight: 0, stuck: [], blocked: [], delayed: [], circuitOpen: null, error: null };
        expect(await healthy.json()).to.deep.equal({ ok: true, subscriptions: [running] });

        subscription.pause();
        expect(await status(`${url}/health`)).to.equal(200);
        await subscription.drain();
        const drained = await fetch(`${url}/health`);
        expect(drained.status).to.equal(503);
        expect(await drained.json())
          .to.deep.include({ ok: false })
          .and.have.nested.property('subscriptions[0].state', 'drained');
        const lag = await fetch(`${url}/lag`);
        expect([lag.status, await lag.json()]).to.deep.equal([503, { error: 'drained' }]);
      });

      it('answer 503 while a partition is blocked, without the key and the text of the error', async () => {
        const topic = await kafka.createTopic();
        const secret = 'anna@example.com';
        await produce(kafka, topic, [{ key: secret, value: 'a' }]);
        const subscription = await subscriptions.subscribe(
          topic,
          () => {
            throw new RangeError(`no order of ${secret}`);
          },
          { retry: { attempts: 1 }, deadLetter: false },
        );
        const blocked = Promise.withResolvers<void>();
        subscription.on('blocked', () => blocked.resolve());
        const { url } = await start(serve, healthHandler(subscription), lagHandler(subscription));
        await blocked.promise;

        const answer = await fetch(`${url}/health`);
        const text = await answer.text();
        expect(answer.status).to.equal(503);
        expect(text).to.not.include(secret);
        expect(JSON.parse(text)).to.have.nested.property('subscriptions[0].blocked[0]').that.deep.equals({
          topic,
          partition: 0,
          offset: '0',
          reason: 'no_dead_letters',
          error: 'RangeError',
        });
        expect(await (await fetch(`${url}/lag`)).json()).to.deep.equal({ lag: 1, partitions: [{ topic, partition: 0, lag: 1 }] });
      });

      it('answer HEAD without a body, and 405 to other methods', async () => {
        const topic = await kafka.createTopic();
        const subscription = await subscriptions.subscribe(topic, () => {});
        const { url } = await start(serve, healthHandler(subscription), lagHandler(subscription));
        for (const path of ['/health', '/lag']) {
          const length = Buffer.byteLength(await (await fetch(url + path)).text());
          const head = await fetch(url + path, { method: 'HEAD' });
          expect([head.status, head.headers.get('content-length'), await head.text()]).to.deep.equal([200, String(length), '']);
          const post = await fetch(url + path, { method: 'POST' });
          expect([post.status, post.headers.get('allow'), post.headers.get('cache-control')]).to.deep.equal([405, 'GET, HEAD', 'no-store']);
          expect(await post.json()).to.deep.equal({ error: 'method_not_allowed' });
        }
      });

      it('drop an answer that comes when a timeout has answered', async () => {
        const reply = Promise.withResolvers<readonly []>();
        const handler = lagHandler({ lag: () => reply.promise });
        const { url } = await start(serve, healthHandler({ health: () => never() }), (request, response) => {
          handler(request, response);
          if ('hijack' in response) {
            response.code(503);
            response.send('late');
          } else response.writeHead(503).end('late');
        });
        const answer = await fetch(`${url}/lag`);
        expect([answer.status, await answer.text()]).to.deep.equal([503, 'late']);
        reply.resolve([]);
        // A rejection that no one handles is told within it.
        await turn();
      });
    });

  it('contain what the response throws at an answer', async () => {
    const handler = lagHandler({ lag: () => Promise.resolve([]) });
    const { url } = await start(servers['node:http'] as Serve, healthHandler({ health: () => never() }), (request, response) => {
      const written = (): never => {
        void turn().then(() => 'destroy' in response && response.destroy());
        throw new TypeError('a listener of the headers');
      };
      handler(request, Object.assign(response, { writeHead: written }));
    });
    expect(await fetch(`${url}/lag`).catch((error: unknown) => error)).to.be.instanceOf(TypeError);
  });

  it('answer for several subscriptions, and 503 while one of them is not ok', async () => {
    const topic = await kafka.createTopic();
    const [one, other] = [await subscriptions.subscribe(topic, () => {}), await subscriptions.subscribe(topic, () => {})];
    const { url } = await start(servers['node:http'] as Serve, healthHandler(one, other), lagHandler(one));
    expect(await status(`${url}/health`)).to.equal(200);
    await other.drain();
    const answer = await fetch(`${url}/health`);
    const { subscriptions: reports } = (await answer.json()) as { subscriptions: { ok: boolean; state: string }[] };
    expect([answer.status, ...reports.map(({ ok, state }) => `${state} ${ok}`)]).to.deep.equal([503, 'running true', 'drained false']);
  });

  it('leave out the key of a handler that is stuck', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ key: 'anna', value: 'a' }]);
    const began = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const handler = (): Promise<void> => {
      began.resolve();
      return finish.promise;
    };
    const subscription = await subscriptions.subscribe(topic, handler, { stuckAfter: 1 });
    await began.promise;
    const { url } = await start(servers['node:http'] as Serve, healthHandler(subscription), lagHandler(subscription));
    let answer = await fetch(`${url}/health`);
    while (answer.status === 200) answer = await fetch(`${url}/health`);
    const text = await answer.text();
    finish.resolve();
    expect(JSON.parse(text)).to.have.nested.property('subscriptions[0].stuck[0].offset', '0');
    expect(text).to.not.include('anna');
  });

  it('share one question to the brokers', async () => {
    let asked = 0;
    const reply = Promise.withResolvers<readonly []>();
    const lag = (): Promise<readonly []> => {
      asked++;
      return reply.promise;
    };
    const handler = lagHandler({ lag });
    const { url } = await start(servers['node:http'] as Serve, healthHandler({ health: () => never() }), (request, response) => {
      handler(request, response);
      if (++arrived === 2) reply.resolve([]);
    });
    let arrived = 0;
    expect(await Promise.all([status(`${url}/lag`), status(`${url}/lag`)])).to.deep.equal([200, 200]);
    expect(asked).to.equal(1);
    expect(await status(`${url}/lag`)).to.equal(200);
    expect(asked).to.equal(2);
    // What throws inside is an answer, too.
    const broken = await fetch(`${url}/health`);
    expect([broken.status, await broken.json()]).to.deep.equal([503, { error: 'TypeError' }]);
  });

  it('refuse what is no subscription', () => {
    expect(() => healthHandler()).to.throw('[invalid_option] healthHandler takes subscriptions');
    expect(() => healthHandler({} as never)).to.throw('[invalid_option]');
    expect(() => lagHandler(undefined as never)).to.throw('[invalid_option] lagHandler takes a subscription');
  });

  async function start(serve: Serve, health: HealthHandler, lag: HealthHandler): Promise<Served> {
    const server = await serve(health, lag);
    open.push(server);
    return server;
  }

  async function status(url: string): Promise<number> {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return answer.status;
  }

  function never(): never {
    throw new TypeError('no health');
  }
});
