import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { encodeBatch } from '../../src/records/encode-batch.ts';
import { ask } from '../support/ask.ts';
import { kafkajs, producerOf } from '../support/clients.ts';
import { Session } from '../support/session.ts';

const anyMetadata = {
  allowAutoTopicCreation: false,
  includeClusterAuthorizedOperations: false,
  includeTopicAuthorizedOperations: false,
};

describe('a fault', () => {
  let kafka: EmbeddedKafka;
  const stops: (() => Promise<void>)[] = [];
  const lines: string[] = [];

  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 2 }, log: (line) => lines.push(line) });
  });
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
    await kafka.stop();
    lines.length = 0;
  });

  const send = async (partition = 0, retries = 5): Promise<void> => {
    const producer = await producerOf(kafkajs(kafka, { retries }), stops);
    await producer.send({ topic: 'orders', messages: [{ value: 'placed', partition }] });
  };
  const stored = (partition = 0): (string | undefined)[] =>
    kafka
      .topic('orders')
      .records(partition)
      .map(({ value }) => value?.toString());

  it('rejects a request without processing it, and the client retries', async () => {
    const fault = kafka.fault({ api: 'Produce' }, { error: 'NOT_LEADER_OR_FOLLOWER' });
    await send();
    expect(fault.hits).to.equal(1);
    expect(stored()).to.deep.equal(['placed']);
    expect(kafka.requests.filter(({ api }) => api === 'Produce')).to.have.length(2);
  });

  it('returns an error that the client does not retry', async () => {
    kafka.fault({ api: 'Produce' }, { error: 'MESSAGE_TOO_LARGE' });
    const error = await send().catch((thrown: unknown) => thrown);
    expect(error).to.have.property('type', 'MESSAGE_TOO_LARGE');
    expect(stored()).to.deep.equal([]);
  });

  it('returns an error after the request is processed, so that a retry stores a duplicate', async () => {
    kafka.fault({ api: 'Produce' }, { error: 'REQUEST_TIMED_OUT', applied: true });
    await send();
    expect(stored()).to.deep.equal(['placed', 'placed']);
  });

  it('hits one partition of a request and leaves the others', async () => {
    kafka.fault({ api: 'Produce', topic: 'orders', partition: 1 }, { error: 'MESSAGE_TOO_LARGE' });
    const producer = await producerOf(kafkajs(kafka), stops);
    const messages = [0, 1].map((partition) => ({ value: `to ${partition}`, partition }));
    await producer.send({ topic: 'orders', messages }).catch(() => {});
    expect([stored(0), stored(1)]).to.deep.equal([['to 0'], []]);
  });

  it('drops the connection before the request is processed', async () => {
    kafka.fault({ api: 'Produce' }, { drop: 'before' });
    await send();
    expect(stored()).to.deep.equal(['placed']);
    expect(lines.join()).to.match(/Connection of \/127\.0\.0\.1 closed: a fault: drop before at Produce/);
  });

  it('drops the connection after the request is processed, so that only the response is lost', async () => {
    kafka.fault({ api: 'Produce' }, { drop: 'after' });
    await send();
    expect(stored()).to.deep.equal(['placed', 'placed']);
  });

  it('delays a request on the broker clock', async () => {
    kafka.fault({ api: 'Produce' }, { delayMs: 3_600_000 });
    const arrival = kafka.waitForRequest('Produce');
    const sent = send();
    await arrival;
    expect(stored()).to.deep.equal([]);
    // The request was recorded before its delay starts.
    setImmediate(() => kafka.clock.advance(3_600_000));
    await sent;
    expect(stored()).to.deep.equal(['placed']);
  });

  for (const how of ['resolves', 'rejects'] as const) {
    it(`holds a request until the promise ${how}`, async () => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      kafka.fault({ api: 'Produce' }, { hold: promise });
      const arrival = kafka.waitForRequest('Produce');
      const sent = send();
      await arrival;
      expect(stored()).to.deep.equal([]);
      if (how === 'resolves') resolve();
      else reject(new Error('enough'));
      await sent;
      expect(stored()).to.deep.equal(['placed']);
    });
  }

  it('leaves a request unprocessed and unanswered until the client times out', async () => {
    kafka.fault({ api: 'Produce' }, { silence: true });
    const client = kafkajs(kafka);
    const producer = await producerOf(client, stops);
    const arrival = kafka.waitForRequest('Produce');
    const sent = producer.send({ topic: 'orders', messages: [{ value: 'placed', partition: 0 }], timeout: 100 }).catch(() => {});
    await arrival;
    expect(stored()).to.deep.equal([]);
    await kafka.broker(1).dropConnections();
    await sent;
    expect(stored()).to.deep.equal(['placed']);
  });

  it('makes the client throttle', async () => {
    kafka.fault({ api: 'Metadata' }, { throttleMs: 5 });
    const answer = await ask(kafka.brokers[0] ?? '', 'Metadata', 8, { ...anyMetadata, topics: null });
    expect(answer.throttleTimeMs).to.equal(5);
    expect(answer.topics[0]?.name).to.equal('orders');
  });

  it('hits times requests after skip requests', async () => {
    const fault = kafka.fault({ api: 'Produce', times: 2, skip: 1 }, { error: 'MESSAGE_TOO_LARGE' });
    const outcomes: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      outcomes.push(
        await send().then(
          () => 'sent',
          () => 'refused',
        ),
      );
    }
    expect(outcomes).to.deep.equal(['sent', 'refused', 'refused', 'sent']);
    expect(fault.hits).to.equal(2);
  });

  it('ignores requests with another topic, group, client, broker or content', async () => {
    const error = { error: 'MESSAGE_TOO_LARGE' } as const;
    kafka.fault({ api: 'Produce', topic: 'payments' }, error);
    kafka.fault({ api: 'Produce', partition: 7 }, error);
    kafka.fault({ api: 'Produce', group: 'shipping' }, error);
    kafka.fault({ api: 'Produce', clientId: 'another' }, error);
    kafka.fault({ api: 'Produce', nodeId: 2 }, error);
    kafka.fault({ api: 'Produce', match: ({ body }) => body.acks === 0 }, error);
    await send();
    expect(() => kafka.assertNoPendingFaults()).to.throw(/hit 0 of 1 times(.*\n){5}/);
  });

  it('hits a request that matches every field', async () => {
    const match = { topic: 'orders', partition: 1, clientId: 'test', nodeId: 1, match: () => true };
    const fault = kafka.fault({ api: 'Produce', ...match }, { error: 'MESSAGE_TOO_LARGE' });
    await send(1).catch(() => {});
    expect(fault.hits).to.equal(1);
    kafka.assertNoPendingFaults();
  });

  it('is named when assertNoPendingFaults finds that it did not hit', () => {
    kafka.fault({ api: 'OffsetCommit', group: 'billing' }, { drop: 'after' });
    kafka.fault({ api: 'Fetch', times: Infinity }, { silence: true });
    expect(() => kafka.assertNoPendingFaults())
      .to.throw('drop after at OffsetCommit group billing: hit 0 of 1 times')
      .with.property('code', 'pending_faults');
  });

  it('does not hit a request for which its match throws, which assertNoPendingFaults reports', async () => {
    const broken = new TypeError('no such field');
    let calls = 0;
    const match = (): boolean => {
      calls += 1;
      if (calls === 1) throw broken;
      return true;
    };
    const fault = kafka.fault({ api: 'Metadata', match }, { throttleMs: 5 });
    const metadata = () => ask(kafka.brokers[0] ?? '', 'Metadata', 8, { ...anyMetadata, topics: null });
    expect((await metadata()).throttleTimeMs).to.equal(0);
    expect(() => kafka.assertNoPendingFaults())
      .to.throw(/throttle of 5 ms at Metadata: hit 0 of 1 times; match threw TypeError: no such field$/)
      .with.property('cause', broken);
    expect((await metadata()).throttleTimeMs).to.equal(5);
    expect(fault.hits).to.equal(1);
    expect(() => kafka.assertNoPendingFaults()).to.throw(/hit 1 of 1 times; match threw/);
  });

  it('with a group and a topic hits only where the request names the topic for the group', async () => {
    const named = (groupId: string, topic: string) => ({ groupId, topics: [{ name: topic, partitionIndexes: [0] }] });
    const offsets = (...groups: ReturnType<typeof named>[]) => ask(kafka.brokers[0] ?? '', 'OffsetFetch', 8, { groups });
    const fault = kafka.fault({ api: 'OffsetFetch', group: 'billing', topic: 'orders' }, { error: 'UNSTABLE_OFFSET_COMMIT' });
    await offsets(named('billing', 'payments'), named('shipping', 'orders'));
    expect(fault.hits).to.equal(0);
    const { groups } = await offsets(named('billing', 'orders'), named('shipping', 'orders'));
    expect(groups.map(({ topics }) => topics[0]?.partitions[0]?.errorCode)).to.deep.equal([errorCodes.UNSTABLE_OFFSET_COMMIT, 0]);
  });

  it('with a group sets its error for no other group of the response', async () => {
    kafka.fault({ api: 'FindCoordinator', group: 'billing' }, { error: 'COORDINATOR_LOAD_IN_PROGRESS', applied: true });
    const { coordinators } = await ask(kafka.brokers[0] ?? '', 'FindCoordinator', 4, { coordinatorKeys: ['billing', 'shipping'] });
    expect(coordinators.map(({ errorCode }) => errorCode)).to.deep.equal([errorCodes.COORDINATOR_LOAD_IN_PROGRESS, 0]);
  });

  it('closes the connection of a producer with acks 0, before or after its batch is appended', async () => {
    for (const applied of [false, true]) {
      kafka.fault({ api: 'Produce' }, { error: 'NOT_LEADER_OR_FOLLOWER', applied });
      await using session = await Session.open(kafka.brokers[0] ?? '');
      const records = encodeBatch({ records: [{ value: Buffer.from(applied ? 'applied' : 'rejected'), timestamp: 0 }] });
      const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }];
      session.post('Produce', 7, { transactionalId: null, acks: 0, timeoutMs: 1_000, topicData });
      session.socket.resume();
      await session.closed;
    }
    expect(stored()).to.deep.equal(['applied']);
    expect(lines[0]).to.match(/closed: NOT_LEADER_OR_FOLLOWER for a Produce request with acks 0$/);
  });

  it('hits no more requests when it is removed', async () => {
    const fault = kafka.fault({ api: 'Produce', times: Infinity }, { error: 'MESSAGE_TOO_LARGE' });
    await send().catch(() => {});
    fault.remove();
    await send();
    expect(stored()).to.deep.equal(['placed']);
  });

  for (const [what, match, action] of [
    ['an API that there is not', { api: 'Send' }, { silence: true }],
    ['no times', { api: 'Fetch', times: 0 }, { silence: true }],
    ['a broken skip', { api: 'Fetch', skip: 0.5 }, { silence: true }],
    ['no error', { api: 'Fetch' }, { error: 'NONE' }],
    ['an error that there is not', { api: 'Fetch' }, { error: 'NOT_LEADER' }],
    ['the name of a method as its error', { api: 'Fetch' }, { error: 'toString' }],
    ['a drop at no time', { api: 'Fetch' }, { drop: 'now' }],
    ['a delay of nothing', { api: 'Fetch' }, { delayMs: Number.NaN }],
    ['a throttle back in time', { api: 'Fetch' }, { throttleMs: -1 }],
    ['no action', { api: 'Fetch' }, {}],
  ] as const) {
    it(`is rejected with ${what}`, () => {
      const set = (): unknown => kafka.fault(match as never, action as never);
      expect(set).to.throw().with.property('code', 'invalid_option');
    });
  }
});
