import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startStudio, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import { tell } from '../support/post.ts';
import { tracesOf, type ToldSpan } from '../support/otlp.ts';

const base: ToldSpan = { trace: 'base', id: 'root', service: 'orders', name: 'GET /', at: 0, for: 10 };

interface Listener extends Disposable {
  /** Resolves with the time when the next event came, in milliseconds. */
  next(): Promise<number>;
  /** Resolves when the studio ended the stream, or cut it. */
  ended(): Promise<void>;
}

async function listen(studio: Studio): Promise<Listener> {
  const stop = new AbortController();
  const response = await fetch(`${studio.url}/api/live`, { signal: stop.signal });
  expect([response.status, response.headers.get('content-type')]).to.deep.equal([200, 'text/event-stream']);
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  // The first is a comment: the stream is open.
  expect((await reader.read()).value).to.equal(':\n\n');
  return {
    next: async () => {
      expect((await reader.read()).value).to.match(/^event: changed\ndata: .+\n\n$/);
      return performance.now();
    },
    ended: async () => {
      // Cut or ended: both are an end.
      for (let read = await reader.read(); !read.done;) read = await reader.read().catch(() => ({ done: true, value: undefined }));
    },
    [Symbol.dispose]: () => stop.abort(),
  };
}

describe('the live events', () => {
  it('notify every page of new data at most twice a second, and never miss the last change', async () => {
    await using studio = await startStudio({ port: 0 });
    using one = await listen(studio);
    using two = await listen(studio);
    await tell(studio, base);
    const [first] = await Promise.all([one.next(), two.next()]);
    for (let id = 0; id < 20; id++) await tell(studio, { ...base, id: String(id) });
    const second = await one.next();
    await tell(studio, { ...base, id: 'last' });
    const third = await one.next();
    // A timer may be a millisecond early, and what is measured is when the test heard of it.
    expect(second - first).to.be.above(400);
    expect(third - second).to.be.above(400);
  });

  it('notify pages of traces out of a file, whether a program or the page imported them', async () => {
    await using studio = await startStudio({ port: 0 });
    using page = await listen(studio);
    studio.importTraces(JSON.stringify(tracesOf([base])));
    await page.next();
    const body = JSON.stringify(tracesOf([{ ...base, trace: 'other' }]));
    expect((await fetch(`${studio.url}/api/import`, { method: 'POST', body })).status).to.equal(200);
    await page.next();
  });

  it('have no body in the response to HEAD, which does not block the connection', async () => {
    await using studio = await startStudio({ port: 0 });
    const socket = connect(studio.port, '127.0.0.1');
    const head = 'HTTP/1.1\r\nHost: localhost\r\n';
    socket.end(`HEAD /api/live ${head}\r\nGET /nowhere ${head}Connection: close\r\n\r\n`);
    expect((await text(socket)).match(/^HTTP\/1\.1 \d+/gm)).to.deep.equal(['HTTP/1.1 200', 'HTTP/1.1 404']);
  });

  it('end when the studio stops, as do clients that sent half a request or do not read', async () => {
    const studio = await startStudio({ port: 0 });
    using listener = await listen(studio);
    const sockets = [
      '',
      'GET / HT',
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    ].map((start) => {
      const socket = connect(studio.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(start);
      return socket;
    });
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    // A listener of 30 MB that reads nothing of it.
    await tell(
      studio,
      ...Array.from({ length: 10_000 }, (_, id) => ({ ...base, id: String(id), attributes: { long: 'x'.repeat(1_000) } })),
    );
    const { traceId } = ((await (await fetch(`${studio.url}/api/traces`)).json()) as { traces: { traceId: string }[] }).traces[0] ?? {
      traceId: '',
    };
    const deaf = connect(studio.port, '127.0.0.1');
    deaf.on('error', () => {});
    deaf.write(`GET /api/traces/${traceId} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(deaf, 'readable');
    const closed = [deaf, ...sockets].map((socket) => once(socket.resume(), 'close'));
    deaf.pause();
    await studio.stop();
    deaf.resume();
    await Promise.all([...closed, listener.ended()]);
  });
});
