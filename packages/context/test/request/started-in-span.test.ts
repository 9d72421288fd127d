import { once } from 'node:events';
import { Agent, createServer, get, type RequestListener, type Server } from 'node:http';
import { connect, constants, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { contextValue, currentSignal, requestContext, traceId, withSpan } from '@tracelink/context';
import { expect } from 'chai';
import { fetchJson } from '../support/http-client.ts';
import { useTracing } from '../support/use-tracing.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const deployment = contextValue<string>('deployment');

describe('requestContext of a server that was started inside a span', () => {
  const spans = useTracing();
  let server: Server | undefined;
  before(() =>
    propagation.setGlobalPropagator(
      new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
    ),
  );
  after(() => propagation.disable());
  afterEach(async () => {
    server?.closeAllConnections();
    server?.close();
    if (server !== undefined) await once(server, 'close');
    server = undefined;
  });

  const answer = requestContext((_request, response) => response.end(JSON.stringify(traceId())));

  it('continues the caller’s trace, and gives a request without one a trace of its own, after the span and during it', async () => {
    const url = await withSpan('start', async (start) => {
      const listening = await listen(answer);
      await expectRequests(listening, start.spanContext().traceId);
      return listening;
    });
    await expectRequests(url, spans.take('start').spanContext().traceId);
  });

  it('makes a span where the one of the start is not sampled', async () => {
    const unsampled = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 0 };
    const url = await context.with(trace.setSpanContext(ROOT_CONTEXT, unsampled), () => listen(answer));
    await expectRequests(url, unsampled.traceId);
  });

  it('keeps the values of the start, but not its baggage', async () => {
    const started = propagation.setBaggage(deployment.set(ROOT_CONTEXT, 'blue'), propagation.createBaggage({ phase: { value: 'start' } }));
    const url = await context.with(started, () =>
      withSpan('start', () =>
        listen(
          requestContext((_request, response) =>
            response.end(JSON.stringify([deployment.get(), propagation.getActiveBaggage()?.getAllEntries() ?? null])),
          ),
        ),
      ),
    );
    spans.take('start');
    expect(await fetchJson(url, {})).to.deep.equal(['blue', null]);
    const ofCaller = await fetchJson(url, { headers: { baggage: 'tenant=acme' } });
    expect(ofCaller).to.have.nested.property('[1][0][0]', 'tenant');
    for (let left = 2; left > 0; left--) await spans.waitFor('GET');
  });

  it('leaves a span that is made for the request as it is', async () => {
    const url = await withSpan('start', () =>
      listen((request, response) => {
        withSpan('instrumented', () => answer(request, response), { root: true });
      }),
    );
    spans.take('start');
    expect(await fetchJson(url, {})).to.equal((await spans.waitFor('instrumented')).spanContext().traceId);
  });

  it('leaves the span of a request as it is that has ended, as its client has gone, before the request is handled', async () => {
    const gone = Promise.withResolvers<void>();
    const handled = Promise.withResolvers<string | undefined>();
    const handle = requestContext(() => handled.resolve(traceId()));
    // What HTTP instrumentation does, and a middleware that waits.
    const url = await listen((request, response) => {
      const span = trace.getTracer('test').startSpan('instrumented', { kind: SpanKind.SERVER });
      response.once('close', () => (span.end(), gone.resolve()));
      context.with(trace.setSpan(context.active(), span), () => void gone.promise.then(() => handle(request, response)));
    });
    const asked = get(url);
    asked.on('error', () => {});
    await once(server as Server, 'request');
    asked.destroy();
    expect(await handled.promise).to.equal((await spans.waitFor('instrumented')).spanContext().traceId);
    spans.assertDone();
  });

  it('ends its span and aborts its signal at once as the client has gone, before the request is handled', async () => {
    const gone = Promise.withResolvers<void>();
    const handled = Promise.withResolvers<AbortSignal | undefined>();
    const handle = requestContext(() => handled.resolve(currentSignal()), { timeout: 60_000 });
    const timers = Promise.withResolvers<readonly number[]>();
    // A middleware that waits.
    const url = await listen((request, response) => {
      response.once('close', gone.resolve);
      void gone.promise.then(() => {
        const before = countTimers();
        handle(request, response);
        timers.resolve([before, countTimers()]);
      });
    });
    const asked = get(url);
    asked.on('error', () => {});
    await once(server as Server, 'request');
    asked.destroy();
    expect((await handled.promise)?.reason).to.have.property('code', 'client_gone');
    const [before, after] = await timers.promise;
    expect(after).to.equal(before);
    await spans.waitFor('GET');
  });

  it('does so over HTTP/2, too', async () => {
    const gone = Promise.withResolvers<void>();
    const handled = Promise.withResolvers<AbortSignal | undefined>();
    const handle = requestContext(() => handled.resolve(currentSignal())) as (...exchange: unknown[]) => unknown;
    const http2 = createHttp2Server((request, response) => {
      response.once('close', gone.resolve);
      void gone.promise.then(() => handle(request, response));
    });
    await once(http2.listen(0, '127.0.0.1'), 'listening');
    const client = connect(`http://127.0.0.1:${portOf(http2)}`);
    const asked = client.request({ ':path': '/' });
    asked.on('error', () => {});
    await once(http2, 'request');
    asked.close(constants.NGHTTP2_CANCEL);
    expect((await handled.promise)?.reason).to.have.property('code', 'client_gone');
    await spans.waitFor('GET');
    client.close();
    http2.close();
    await once(http2, 'close');
  });

  it('continues the caller’s trace over HTTP/2, too', async () => {
    const http2 = createHttp2Server(answer as never);
    await withSpan('start', () => once(http2.listen(0, '127.0.0.1'), 'listening'));
    spans.take('start');
    const client = connect(`http://127.0.0.1:${portOf(http2)}`);
    const asked = client.request({ ':path': '/', traceparent });
    const body = (await asked.toArray()).map(String).join('');
    expect(JSON.parse(body)).to.equal('a'.repeat(32));
    expect((await spans.waitFor('GET')).parentSpanContext?.spanId).to.equal('b'.repeat(16));
    client.close();
    http2.close();
    await once(http2, 'close');
  });

  async function expectRequests(url: string, start: string): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await fetchJson(url, { agent, headers: { traceparent } })).to.equal('a'.repeat(32));
    const continued = await spans.waitFor('GET');
    expect([continued.kind, continued.parentSpanContext?.spanId]).to.deep.equal([SpanKind.SERVER, 'b'.repeat(16)]);
    const own = await fetchJson(url, { agent });
    const root = await spans.waitFor('GET');
    expect([root.parentSpanContext, root.spanContext().traceId]).to.deep.equal([undefined, own]);
    expect(own).to.not.equal(start);
    agent.destroy();
  }

  async function listen(listener: RequestListener): Promise<string> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${portOf(server)}`;
  }
});

/** The timers that keep the process alive. */
function countTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

function portOf(server: NetServer): number {
  return (server.address() as AddressInfo).port;
}
