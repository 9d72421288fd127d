import { expect } from 'chai';
import { EmbeddedKafka } from '../src/index.ts';
import { Session } from './support/session.ts';

describe('a client that does not read its answers', () => {
  it('is held back after some megabytes, and gets all of them once it reads', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { big: 1 } });
    for (let record = 0; record < 4; record++) kafka.topic('big').append(0, [{ value: Buffer.alloc(256 * 1024) }]);
    let fetches = 0;
    kafka.on('Fetch', (_request, next) => {
      fetches++;
      return next();
    });
    await using session = await Session.open(kafka.brokers[0] ?? '');
    const asked = 200;
    for (let request = 0; request < asked; request++) session.post('Fetch', 4, fetchAll);
    // Another client's round trips give the broker all the time that it wants for the first one's.
    await using other = await Session.open(kafka.brokers[0] ?? '');
    for (let before = -1; before !== fetches;) {
      before = fetches;
      for (let round = 0; round < 50; round++) await other.ask('ApiVersions', 0, {} as never);
    }
    expect(fetches).to.be.within(4, 40);
    let bytes = 0;
    for (let answer = 0; answer < asked; answer++) bytes += (await session.frame()).length;
    expect(fetches).to.equal(asked);
    expect(bytes).to.be.greaterThan(asked * 1024 * 1024);
  });
});

const fetchAll = {
  replicaId: -1,
  maxWaitMs: 0,
  minBytes: 1,
  maxBytes: 2_000_000,
  isolationLevel: 0,
  topics: [{ topic: 'big', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 2_000_000 }] }],
} as never;
