import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import type { FastifyInstance } from 'fastify';
import { LogLines } from '../../kit/test/support/log-lines.ts';
import { ordersApp } from '../src/http/app.ts';
import { databasePool } from '../src/database/database-pool.ts';
import { OrderStore } from '../src/order/order-store.ts';
import { detachedParts } from './support/detached-parts.ts';

describe('the answer to a malformed HTTP request', () => {
  const { log } = new LogLines();
  let app: FastifyInstance;

  before(async () => {
    // Nothing here comes as far as the store.
    const store = new OrderStore(databasePool('postgres://127.0.0.1:1/none', log));
    app = ordersApp({ ...detachedParts(), store, log });
    await app.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => app.close());

  async function open(bytes: string): Promise<Socket> {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(bytes);
    return socket;
  }

  for (const [what, bytes, status] of [
    ['bytes of another protocol', '\u0016\u0003\u0001\r\n\r\n', '400 Bad Request'],
    ['a header longer than Node takes', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, '431 Request Header Fields Too Large'],
  ] as const) {
    it(`has the common shape for ${what}, and closes the connection`, async () => {
      const [head = '', body = ''] = (await text(await open(bytes))).split('\r\n\r\n');
      expect(head.split('\r\n')).to.include.members([`HTTP/1.1 ${status}`, 'Connection: close', `Content-Length: ${body.length}`]);
      const { timestamp, ...rest } = JSON.parse(body) as Record<string, unknown>;
      expect(new Date(String(timestamp)).toISOString()).to.equal(timestamp);
      expect(rest).to.deep.equal({
        code: Number.parseInt(status, 10),
        status: 'error',
        msg: 'This is not a request that the service can read',
        data: null,
        traceId: null,
      });
    });
  }

  it('is dropped when the client resets the connection in the middle of a request', async () => {
    const failed = once(app.server, 'clientError');
    const socket = await open('POST /orders HTTP/1.1\r\n');
    socket.resetAndDestroy();
    const [error] = (await failed) as [Error];
    expect(error).to.include({ code: 'ECONNRESET' });
    expect((await fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/nowhere`)).status).to.equal(404);
  });
});
