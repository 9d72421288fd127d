import { expect } from 'chai';
import { EmbeddedKafka } from '../../src/index.ts';
import { encodeRequest } from '../../src/wire/requests.ts';
import { decodeResponse } from '../../src/wire/responses.ts';
import { cert, key } from '../support/localhost.ts';
import { Session } from '../support/session.ts';

const software = { clientSoftwareName: 'test', clientSoftwareVersion: '1' };

/** Resolves when `count` has not changed for as long as another client takes for many round trips. */
async function untilStill(count: () => number, other: Session): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count();
    for (let round = 0; round < 50; round++) await other.ask('ApiVersions', 0, software);
  }
}

for (const tls of [undefined, { key, cert }]) {
  const open = (broker = ''): Promise<Session> => (tls === undefined ? Session.open(broker) : Session.openTls(broker, cert));

  describe(`a client that requests more than it reads, over ${tls === undefined ? 'plaintext' : 'TLS'}`, () => {
    let kafka: EmbeddedKafka;
    beforeEach(async () => {
      kafka = await EmbeddedKafka.start({ brokers: 2, topics: { big: 1 }, ...(tls && { tls }) });
    });
    afterEach(() => kafka.stop());

    it('is held back after some unread megabytes, and receives all of them once it reads', async () => {
      for (let record = 0; record < 4; record++) kafka.topic('big').append(0, [{ value: Buffer.alloc(256 * 1024) }]);
      let fetches = 0;
      kafka.on('Fetch', (_request, next) => {
        fetches++;
        return next();
      });
      await using session = await open(kafka.brokers[0]);
      await using other = await open(kafka.brokers[0]);
      const asked = 200;
      for (let request = 0; request < asked; request++) session.post('Fetch', 4, fetchAll);
      await untilStill(() => fetches, other);
      expect(fetches).to.be.within(4, 40);
      let bytes = 0;
      for (let answer = 0; answer < asked; answer++) bytes += (await session.frame()).length;
      expect(fetches).to.equal(asked);
      expect(bytes).to.be.greaterThan(asked * 1024 * 1024);
    });

    it('is not read from while its large requests wait, and receives all responses', async () => {
      kafka.broker(1).pause();
      await using session = await open(kafka.brokers[0]);
      await using other = await open(kafka.brokers[1]);
      const request = ofSize(2 * 1024 * 1024);
      const asked = 64;
      let taken = 0;
      for (let sent = 0; sent < asked; sent++) session.socket.write(request, () => taken++);
      await untilStill(() => taken, other);
      expect(taken).to.be.at.most(20);
      kafka.broker(1).resume();
      for (let answer = 0; answer < asked; answer++) decodeResponse('ApiVersions', 0, await session.frame());
      expect(taken).to.equal(asked);
    });

    it('receives a response to each of many small requests that arrive at once', async () => {
      await using session = await open(kafka.brokers[0]);
      const asked = 20_000;
      session.socket.write(Buffer.concat(Array.from({ length: asked }, () => ofSize(0))));
      for (let answer = 0; answer < asked; answer++) decodeResponse('ApiVersions', 0, await session.frame());
    });

    it('may disconnect while it is held back, and leaves no handle behind', async () => {
      kafka.broker(1).pause();
      const session = await open(kafka.brokers[0]);
      const request = ofSize(2 * 1024 * 1024);
      for (let sent = 0; sent < 64; sent++) session.socket.write(request);
      session.socket.destroy();
      await session.closed;
      kafka.broker(1).resume();
      await using next = await open(kafka.brokers[0]);
      expect((await next.ask('ApiVersions', 0, software)).errorCode).to.equal(0);
    });
  });
}

/** A request with that many trailing bytes, which are ignored. */
function ofSize(size: number): Buffer {
  const request = Buffer.concat(encodeRequest({ api: 'ApiVersions', version: 0, correlationId: 7, clientId: null, body: software }));
  const padded = Buffer.concat([request, Buffer.alloc(Math.max(0, size - request.length))]);
  padded.writeInt32BE(padded.length - 4, 0);
  return padded;
}

const fetchAll = {
  replicaId: -1,
  maxWaitMs: 0,
  minBytes: 1,
  maxBytes: 2_000_000,
  isolationLevel: 0,
  topics: [{ topic: 'big', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 2_000_000 }] }],
} as never;
