import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { propagation, SpanKind, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { ContextError, contextValue, currentSignal, requestContext, traceId, withSpan } from '@tracelink/context';
import { expect } from 'chai';
import { bodyOf, fetchJson, send } from '../support/http-client.ts';
import { useTracing } from '../support/use-tracing.ts';

describe('requestContext of node:http', () => {
  const spans = useTracing();
  const tenant = contextValue<string>('tenant');
  const values = (context: Parameters<typeof tenant.set>[0], { headers }: IncomingMessage): Parameters<typeof tenant.set>[0] =>
    tenant.set(context, String(headers['x-tenant']));
  let server: Server | undefined;
  before(() => propagation.setGlobalPropagator(new W3CTraceContextPropagator()));
  after(() => propagation.disable());
  afterEach(async () => {
    if (server === undefined) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    server = undefined;
  });

  it('keeps the values of each request through awaits and listeners, over one connection and many at once', async () => {
    const url = await listen(
      requestContext(
        (request, response) => {
          const chunks: unknown[] = [];
          request.on('data', () => chunks.push(tenant.get()));
          request.once('end', () => {
            chunks.push(tenant.get());
            void turn().then(() => response.end(JSON.stringify([...chunks, tenant.get(), traceId()])));
          });
        },
        { values },
      ),
    );
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ids = new Set<string>();
    for (const using of [agent, undefined]) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          fetchJson(url, { method: 'POST', agent: using, headers: { 'x-tenant': `t${index}` } }, 'body'),
        ),
      );
      for (const [index, answer] of answers.entries()) {
        const [...seen] = answer as string[];
        ids.add(seen.pop() as string);
        expect(new Set(seen)).to.deep.equal(new Set([`t${index}`]));
      }
    }
    agent.destroy();
    expect(ids.size).to.equal(40);
    for (let left = 40; left > 0; left--) await spans.waitFor('POST');
  });

  it('continues the caller’s trace in a SERVER span when no instrumentation created one', async () => {
    const url = await listen(
      requestContext((_request, response) => {
        response.statusCode = 503;
        response.end(JSON.stringify(traceId()));
      }),
    );
    const traceparent = '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01';
    expect(await fetchJson(`${url}/orders?limit=1`, { headers: { traceparent } })).to.equal('a'.repeat(32));
    const span = await spans.waitFor('GET');
    expect(span.kind).to.equal(SpanKind.SERVER);
    expect(span.parentSpanContext?.spanId).to.equal('b'.repeat(16));
    expect(span.status.code).to.equal(2);
    expect(span.attributes).to.deep.equal({
      'http.request.method': 'GET',
      'url.path': '/orders',
      'url.query': 'limit=1',
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
      'http.response.status_code': 503,
      'error.type': '503',
    });
  });

  it('creates no span when there is one, and omits an unknown method from the name', async () => {
    const listener = requestContext((_request, response) => response.end(JSON.stringify(traceId())));
    let inner: string | undefined;
    const url = await listen((request, response) => {
      withSpan('instrumented', (span) => {
        inner = span.spanContext().traceId;
        return listener(request, response);
      });
    });
    expect(await fetchJson(url, {})).to.equal(inner);
    spans.take('instrumented');

    const other = await listen(requestContext((_request, response) => response.end('""')));
    await fetchJson(other, { method: 'PROPFIND' });
    expect((await spans.waitFor('HTTP')).attributes).to.include({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PROPFIND',
    });
  });

  it('aborts the signal when the client is gone, and not when the response is sent', async () => {
    const reasons: unknown[] = [];
    const waiting = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const sent: (AbortSignal | undefined)[] = [];
    const url = await listen(
      requestContext(({ url: path }, response) => {
        const signal = currentSignal();
        if (path === '/whole') {
          sent.push(signal);
          response.end('1');
          return;
        }
        signal?.addEventListener('abort', () => {
          reasons.push(signal.reason);
          aborted.resolve();
        });
        waiting.resolve();
      }),
    );
    await fetchJson(`${url}/whole`, {});
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await waiting.promise;
    socket.destroy();
    await aborted.promise;
    expect(reasons[0]).to.be.instanceOf(ContextError).with.property('code', 'client_gone');
    for (let left = 2; left > 0; left--) await spans.waitFor('GET');
    expect(sent[0]?.aborted).to.equal(false);
  });

  it('aborts the signal at the timeout, and leaves the response to the handler', async () => {
    const url = await listen(
      requestContext(
        async (_request, response) => {
          const signal = currentSignal() as AbortSignal;
          if (!signal.aborted) await once(signal, 'abort');
          response.end(JSON.stringify((signal.reason as ContextError).code));
        },
        { timeout: 5 },
      ),
    );
    expect(await fetchJson(url, {})).to.equal('request_timeout');
    await spans.waitFor('GET');
  });

  it('writes its ids into response headers when the option says so, beside other headers', async () => {
    const url = await listen((request, response) => {
      response.setHeader('server-timing', 'db;dur=1');
      requestContext((_request, out) => out.end(JSON.stringify(trace.getActiveSpan()?.spanContext())), {
        traceresponse: true,
        serverTiming: true,
      })(request, response);
    });
    const response = await send(url, {});
    const ids = (await bodyOf(response)) as { traceId: string; spanId: string };
    const traceparent = `00-${ids.traceId}-${ids.spanId}-01`;
    expect(response.headers).to.include({ traceresponse: traceparent, 'server-timing': `db;dur=1, traceparent;desc="${traceparent}"` });
    await spans.waitFor('GET');
  });

  it('removes listeners, whichever way they were added', async () => {
    const left: number[] = [];
    const url = await listen(
      requestContext((request, response) => {
        const heard = (): never => {
          throw new Error('heard');
        };
        request.on('data', heard).off('data', heard);
        request.addListener('data', heard).removeListener('data', heard);
        request.once('data', heard).removeListener('data', heard);
        request.prependListener('data', heard).off('data', heard);
        request.once('end', heard).on('data', heard).off('end', heard).off('data', heard);
        left.push(request.listenerCount('data'), request.listenerCount('end'));
        expect(() => request.on('data', 7 as never)).to.throw(TypeError, 'listener');
        request.resume().once('end', () => response.end('1'));
      }),
    );
    await fetchJson(url, { method: 'POST' }, 'body');
    expect(left).to.deep.equal([0, 0]);
    await spans.waitFor('POST');
  });

  it('removes a listener as often as it was added, the last one first', async () => {
    const left: unknown[] = [];
    const url = await listen(
      requestContext((request, response) => {
        const heard: string[] = [];
        const one = (): number => heard.push('one');
        const two = (): number => heard.push('two');
        const count = (): number => request.listenerCount('told');
        const told = (): string => {
          heard.length = 0;
          request.emit('told');
          return heard.join();
        };
        request.on('told', one).on('told', one).addListener('told', one);
        left.push(count());
        request.off('told', one).removeListener('told', one);
        left.push(count(), request.off('told', one) && count(), request.off('told', one) && count());
        // Of one that was prepended and one that was not, the latter goes; of `once` and `on`, the later one.
        request.on('told', two).on('told', one).prependListener('told', one).off('told', one);
        left.push(told());
        request.removeAllListeners('told').on('told', one).once('told', one).off('told', one);
        left.push(told(), told());
        // What fired once is gone: what is removed is the other.
        request.once('told', one);
        left.push(told(), request.off('told', one) && count());
        request.on('told', two).on('end', two).removeAllListeners();
        left.push(count(), request.on('told', one) && request.off('told', one) && count());
        response.end('1');
      }),
    );
    await fetchJson(url, {});
    expect(left).to.deep.equal([3, 1, 0, 0, 'one,two', 'one', 'one', 'one,one', 0, 0, 0]);
    await spans.waitFor('GET');
  });

  it('rejects invalid arguments at once, and says what to write instead', () => {
    for (const [call, message] of [
      [() => requestContext(undefined as never), 'requestContext takes a listener: what createServer takes.'],
      [() => requestContext(() => {}, { timeout: 0 }), '"timeout" is 0: it must be a number of milliseconds from 1 to 2147483647.'],
      [
        () => requestContext(() => {}, { serverTimings: true } as never),
        'requestContext has no option "serverTimings": use values, timeout, traceresponse, serverTiming.',
      ],
    ] as const)
      expect(call).to.throw(ContextError).with.property('message').that.contains(message);
  });

  it('rejects values that return a promise, with an error for the framework', async () => {
    for (const later of [async () => Promise.reject(new Error('no values')), async () => {}, () => undefined]) {
      const listener = requestContext(() => expect.fail('it is not called'), { values: later as never });
      const url = await listen((request, response) => {
        try {
          listener(request, response);
        } catch (error) {
          response.end(JSON.stringify([(error as ContextError).code, (error as Error).message.includes('must return a context at once')]));
        }
      });
      expect(await fetchJson(url, {})).to.deep.equal(['invalid_option', true]);
      await spans.waitFor('GET');
      server?.closeAllConnections();
      server?.close();
    }
    server = undefined;
    await turn();
  });

  it('works without an SDK: values and signal, no ids, no headers', async () => {
    trace.disable();
    const url = await listen(
      requestContext(
        (_request, response) => response.end(JSON.stringify([tenant.get(), currentSignal() !== undefined, traceId() ?? null])),
        {
          values,
          traceresponse: true,
        },
      ),
    );
    const response = await send(url, { headers: { 'x-tenant': 't' } });
    expect(await bodyOf(response)).to.deep.equal(['t', true, null]);
    expect(response.headers).not.to.have.property('traceresponse');
  });

  async function listen(listener: RequestListener): Promise<string> {
    server?.close();
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
});
