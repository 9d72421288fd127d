import { expect } from 'chai';
import { EmbeddedKafka } from '../../src/index.ts';
import { commitOffset } from '../support/ask.ts';
import { consumerOf, kafkajs, producerOf } from '../support/clients.ts';

describe('a group handle', () => {
  let kafka: EmbeddedKafka;
  const stops: (() => Promise<void>)[] = [];
  const groupId = 'billing';

  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ brokers: 2, topics: { orders: 2 } });
  });
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
    await kafka.stop();
  });

  const member = async (onMessage: () => void = () => {}): Promise<void> => {
    await consumerOf(kafkajs(kafka, { retries: 20, maxRetryTime: 100 }), { groupId, topic: 'orders', onMessage }, stops);
  };

  it('reports a group that does not exist as Dead, without offsets, and rejects changes', () => {
    const group = kafka.group('unknown');
    expect(group.state()).to.equal('Dead');
    expect(group.committedOffsets()).to.deep.equal([]);
    for (const change of [() => group.describe(), () => group.expireMember('m'), () => group.triggerRebalance()]) {
      expect(change).to.throw('There is no group unknown').with.property('code', 'not_found');
    }
  });

  it('shows the state and the members', async () => {
    await member();
    const group = kafka.group(groupId);
    await group.reaches('Stable');
    expect(group.describe().members).to.have.length(1);
    expect(group.describe().members[0]?.clientId).to.equal('test');
  });

  it('shows the committed offsets', async () => {
    await commitOffset(kafka, groupId, 'orders', 3);
    expect(kafka.group(groupId).committedOffsets()).to.deep.equal([{ topic: 'orders', partition: 0, offset: 3, metadata: '' }]);
  });

  it('expires a member, which rejoins with another id', async () => {
    await member();
    const group = kafka.group(groupId);
    await group.reaches('Stable');
    const before = group.describe().members[0]?.memberId ?? '';
    const joined = kafka.waitForRequest('SyncGroup');
    group.expireMember(before);
    await joined;
    await group.reaches('Stable');
    expect(group.describe().members.map(({ memberId }) => memberId === before)).to.deep.equal([false]);
  });

  it('starts a rebalance', async () => {
    await member();
    const group = kafka.group(groupId);
    await group.reaches('Stable');
    const joined = kafka.waitForRequest('JoinGroup');
    group.triggerRebalance();
    expect(group.state()).to.equal('PreparingRebalance');
    await joined;
    await group.reaches('Stable');
  });

  it('moves the group to another coordinator, where it continues', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await member(resolve);
    const group = kafka.group(groupId);
    const { nodeId } = await kafka.waitForRequest('Heartbeat');
    const other = nodeId === 1 ? 2 : 1;
    const moved = kafka.waitForRequest('Heartbeat', (request) => request.nodeId === other);
    group.moveCoordinator(other);
    await moved;
    const producer = await producerOf(kafkajs(kafka), stops);
    await producer.send({ topic: 'orders', messages: [{ value: 'after', partition: 0 }] });
    await promise;
    expect(() => group.moveCoordinator(3))
      .to.throw('Broker 3 does not exist or is down')
      .with.property('code', 'not_found');
  });
});
