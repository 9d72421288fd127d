import { expect } from 'chai';
import { EmbeddedKafka } from '../../src/index.ts';
import { encodeBatch } from '../../src/records/encode-batch.ts';
import { decodeResponse } from '../../src/wire/responses.ts';
import { ask } from '../support/ask.ts';
import { Session } from '../support/session.ts';

const software = { clientSoftwareName: 'test', clientSoftwareVersion: '1' };

describe('a broker that is paused while it has requests in hand', () => {
  let kafka: EmbeddedKafka;
  let session: Session;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ brokers: 2, topics: { orders: 1 } });
    session = await Session.open(kafka.brokers[0] ?? '');
  });
  afterEach(async () => {
    await session[Symbol.asyncDispose]();
    await kafka.stop();
  });

  /** So long that the broker would have answered what it is ready to answer. */
  const manyRoundTrips = async (rounds = 50): Promise<void> => {
    for (let round = 0; round < rounds; round++) await ask(kafka.brokers[1] ?? '', 'ApiVersions', 0, software);
  };
  const produce = (): void => {
    const records = encodeBatch({ records: [{ value: Buffer.from('held'), timestamp: 0 }] });
    const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }];
    session.post('Produce', 7, { transactionalId: null, acks: 1, timeoutMs: 1_000, topicData });
  };
  /** Pauses the broker once it holds a produce request, and has what held it let go. */
  const pauseWhileHeld = async (released: PromiseWithResolvers<void>): Promise<void> => {
    const arrived = kafka.waitForRequest('Produce');
    produce();
    await arrived;
    kafka.broker(1).pause();
    released.resolve();
    await manyRoundTrips();
  };
  const count = (): number => kafka.topic('orders').records(0).length;

  it('answers a fetch that waited for records only when it resumes', async () => {
    const arrived = kafka.waitForRequest('Fetch');
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000 }];
    session.post('Fetch', 4, { maxWaitMs: 600_000, minBytes: 1, isolationLevel: 0, topics: [{ topic: 'orders', partitions }] } as never);
    await arrived;
    // A fetch waits for a quarter of a second at most: one round trip is enough for it to begin.
    await manyRoundTrips(1);
    kafka.broker(1).pause();
    kafka.topic('orders').append(0, [{ value: 'a' }]);
    await manyRoundTrips();
    expect(session.socket.bytesRead).to.equal(0);
    kafka.broker(1).resume();
    const { responses } = decodeResponse('Fetch', 4, await session.frame()).body;
    expect(responses[0]?.partitions[0]?.highWatermark).to.equal(1);
  });

  it('processes a request that a fault held only when it resumes', async () => {
    const released = Promise.withResolvers<void>();
    kafka.fault({ api: 'Produce' }, { hold: released.promise });
    await pauseWhileHeld(released);
    expect(count()).to.equal(0);
    kafka.broker(1).resume();
    await session.frame();
    expect(count()).to.equal(1);
  });

  it('stays paused when it is paused again at once', async () => {
    kafka.broker(1).pause();
    produce();
    await manyRoundTrips();
    kafka.broker(1).resume();
    kafka.broker(1).pause();
    await manyRoundTrips();
    expect(count()).to.equal(0);
    kafka.broker(1).resume();
    await session.frame();
    expect(count()).to.equal(1);
  });

  it('drops a request that an interceptor held when its connection closes meanwhile', async () => {
    const released = Promise.withResolvers<void>();
    kafka.on('Produce', async (_request, next) => {
      await released.promise;
      return next();
    });
    await pauseWhileHeld(released);
    await kafka.broker(1).dropConnections();
    kafka.broker(1).resume();
    await manyRoundTrips();
    expect(count()).to.equal(0);
  });
});
