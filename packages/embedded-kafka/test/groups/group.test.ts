import { expect } from 'chai';
import { EmbeddedKafkaError } from '../../src/core/embedded-kafka-error.ts';
import { GroupHarness, outcome } from './group-harness.ts';

const orders0 = { topic: 'orders', partition: 0 };
const noMember = { memberId: '', groupInstanceId: null, generationId: -1 };
const at = (committedOffset: number, topic = 'orders') => [
  { topic, partition: 0, committedOffset, committedLeaderEpoch: -1, committedMetadata: null },
];

/** The metadata of a consumer: the topics that it subscribes to. */
function subscription(...topics: string[]): Buffer {
  const head = Buffer.alloc(6);
  head.writeInt32BE(topics.length, 2);
  const names = topics.flatMap((topic) => [Buffer.from([topic.length >> 8, topic.length & 0xff]), Buffer.from(topic)]);
  return Buffer.concat([head, ...names]);
}

describe('Group', () => {
  describe('commit', () => {
    it('accepts offsets without a member only while the group is empty', async () => {
      const harness = new GroupHarness();
      expect(harness.commit('', noMember)).to.equal('NONE');
      const [id = ''] = await harness.stable({});
      expect(harness.commit('', noMember)).to.equal('UNKNOWN_MEMBER_ID');
      expect(harness.commit(id, { generationId: -1 })).to.equal('ILLEGAL_GENERATION');
      harness.leave(id);
      expect(harness.commit('', noMember)).to.equal('NONE');
      expect(harness.commit(id, { generationId: 1 })).to.equal('UNKNOWN_MEMBER_ID');
    });

    it('keeps the offsets when all members are gone', async () => {
      const harness = new GroupHarness();
      const [id = ''] = await harness.stable({});
      expect(harness.commit(id)).to.equal('NONE');
      harness.leave(id);
      expect(harness.group.state).to.equal('Empty');
      expect(harness.group.fetchOffsets([orders0], false)[0]).to.include({ committedOffset: 7, error: 'NONE' });
    });

    it('accepts the offsets of a transaction from any producer of an old version, otherwise only from a member of the generation', async () => {
      const harness = new GroupHarness();
      const [memberId = ''] = await harness.stable({});
      const commit = (over: object): string | undefined =>
        harness.group.commitPending({ ...noMember, producerId: 1, offsets: at(9), ...over })[0];
      expect(commit({})).to.equal('NONE');
      expect(commit({ memberId, generationId: 1 })).to.equal('NONE');
      expect(commit({ memberId, generationId: 2 })).to.equal('ILLEGAL_GENERATION');
      expect(commit({ memberId: 'ghost', generationId: 1 })).to.equal('UNKNOWN_MEMBER_ID');
      expect(commit({ groupInstanceId: 'i' })).to.equal('UNKNOWN_MEMBER_ID');
      void harness.join();
      expect(commit({ memberId, generationId: 1 }), 'while a generation forms').to.equal('NONE');
    });
  });

  describe('deletion', () => {
    it('rejects the offsets of a subscribed topic, and deletes the others', async () => {
      const harness = new GroupHarness();
      harness.commit('', { ...noMember, offsets: [...at(1), ...at(2, 'old')] });
      await harness.stable({ protocols: [{ name: 'range', metadata: subscription('orders', 'shipments') }] });
      const { error, partitions } = harness.group.deleteOffsets([orders0, { topic: 'old', partition: 0 }, { topic: 'none', partition: 0 }]);
      expect([error, partitions]).to.deep.equal(['NONE', ['GROUP_SUBSCRIBED_TO_TOPIC', 'NONE', 'NONE']]);
      expect(harness.group.fetchOffsets(null, false).map(({ topic }) => topic)).to.deep.equal(['orders']);
    });

    it('treats every topic as subscribed while no assignor is selected or the metadata cannot be read', async () => {
      const whole = subscription('a', 'b');
      const cut = Buffer.concat([subscription('orders'), Buffer.from([0])]);
      cut.writeInt32BE(2, 2);
      const negative = Buffer.from([0, 0, 0, 0, 0, 1, 0xff, 0xff]);
      for (const metadata of [Buffer.alloc(0), whole.subarray(0, 5), whole.subarray(0, 7), whole.subarray(0, 10), cut, negative]) {
        const harness = new GroupHarness();
        await harness.stable({ protocols: [{ name: 'range', metadata }] });
        expect(harness.group.deleteOffsets([orders0]).partitions, metadata.toString('hex')).to.deep.equal(['GROUP_SUBSCRIBED_TO_TOPIC']);
      }
      const harness = new GroupHarness();
      void harness.join();
      expect(harness.group.deleteOffsets([orders0]).partitions).to.deep.equal(['GROUP_SUBSCRIBED_TO_TOPIC']);
    });

    it('rejects all offsets while the group has members that are not consumers', async () => {
      const harness = new GroupHarness();
      const ids = await harness.stable({ protocolType: 'connect' });
      expect(harness.group.deleteOffsets([orders0])).to.deep.equal({ error: 'NON_EMPTY_GROUP', partitions: [] });
      harness.leave(...ids);
      expect(harness.group.deleteOffsets([orders0])).to.deep.equal({ error: 'NONE', partitions: ['NONE'] });
    });

    it('makes an empty group Dead, and no other group', async () => {
      const harness = new GroupHarness();
      const [id = ''] = await harness.stable({});
      expect(harness.group.delete()).to.equal('NON_EMPTY_GROUP');
      harness.leave(id);
      expect(harness.group.delete()).to.equal('NONE');
      expect(harness.group.state).to.equal('Dead');
      expect(harness.group.delete()).to.equal('GROUP_ID_NOT_FOUND');
      expect(await outcome(harness.join())).to.include({ error: 'COORDINATOR_NOT_AVAILABLE' });
      expect(await outcome(harness.sync(id))).to.include({ error: 'COORDINATOR_NOT_AVAILABLE' });
      expect(harness.heartbeat(id)).to.equal('COORDINATOR_NOT_AVAILABLE');
      expect(harness.leave(id)).to.deep.equal({ error: 'COORDINATOR_NOT_AVAILABLE', members: [] });
      expect(harness.commit('', noMember)).to.equal('COORDINATOR_NOT_AVAILABLE');
      expect(harness.group.commitPending({ ...noMember, producerId: 1, offsets: at(1) })).to.deep.equal(['COORDINATOR_NOT_AVAILABLE']);
      expect(harness.group.deleteOffsets([orders0])).to.deep.equal({ error: 'GROUP_ID_NOT_FOUND', partitions: [] });
      harness.group.failOver();
      expect(harness.group.state).to.equal('Dead');
    });
  });

  it('describes members in full when the group is stable, and without metadata otherwise', async () => {
    const harness = new GroupHarness();
    const ids = await harness.joined({ groupInstanceId: 'i', clientHost: '10.0.0.1' });
    const [forming] = harness.group.describe().members;
    expect(harness.group.describe()).to.include({ groupId: 'g', state: 'CompletingRebalance', protocolType: 'consumer', protocolName: '' });
    expect([forming?.memberMetadata.length, forming?.memberAssignment.length]).to.deep.equal([0, 0]);
    await harness.syncAll(ids, [{ groupInstanceId: 'i' }]);
    expect(harness.group.describe()).to.deep.equal({
      groupId: 'g',
      state: 'Stable',
      generationId: 1,
      protocolType: 'consumer',
      protocolName: 'range',
      members: [
        {
          memberId: 'i-1',
          groupInstanceId: 'i',
          clientId: 'client',
          clientHost: '10.0.0.1',
          memberMetadata: Buffer.from('wants all'),
          memberAssignment: Buffer.from('i-1'),
        },
      ],
    });
  });

  describe('fault injection', () => {
    it('expires a member as its session timeout would, including one that was only given an id', async () => {
      const harness = new GroupHarness();
      const [id = '', other = ''] = await harness.stable({}, {});
      harness.group.expireMember(other);
      expect(harness.heartbeat(other)).to.equal('UNKNOWN_MEMBER_ID');
      expect(harness.heartbeat(id)).to.equal('REBALANCE_IN_PROGRESS');
      const { memberId } = await harness.join({ requireKnownMemberId: true });
      harness.group.expireMember(memberId);
      expect(() => harness.group.expireMember(memberId))
        .to.throw(EmbeddedKafkaError, memberId)
        .with.property('code', 'not_found');
    });

    it('starts one rebalance, however often it is triggered', async () => {
      const harness = new GroupHarness();
      expect(() => harness.group.triggerRebalance())
        .to.throw(EmbeddedKafkaError, 'no members')
        .with.property('code', 'not_found');
      const [id = ''] = await harness.stable({}, {});
      harness.group.triggerRebalance();
      harness.group.triggerRebalance();
      expect(harness.heartbeat(id)).to.equal('REBALANCE_IN_PROGRESS');
      expect(harness.group.generationId).to.equal(1);
    });

    it('sends delayed requests to another coordinator, where the members find their group', async () => {
      const harness = new GroupHarness();
      const [id = '', other = ''] = await harness.stable({}, {});
      const told = await harness.join({ requireKnownMemberId: true });
      const [rejoin, newcomer] = [harness.join({ memberId: id }), harness.join()];
      harness.group.failOver();
      expect(await rejoin).to.include({ error: 'NOT_COORDINATOR', memberId: id });
      expect(await newcomer).to.include({ error: 'NOT_COORDINATOR' });
      expect(await outcome(harness.join({ memberId: told.memberId }))).to.include({ error: 'UNKNOWN_MEMBER_ID' });
      for (const memberId of [id, other]) void harness.join({ memberId });
      expect(harness.group.describe()).to.include({ state: 'CompletingRebalance', generationId: 2 });
      const sync = harness.sync(other);
      harness.group.failOver();
      expect(await sync).to.include({ error: 'NOT_COORDINATOR' });
      expect(harness.group.state).to.equal('PreparingRebalance');
      // No member comes: their sessions restarted, and end.
      harness.clock.advance(10_000);
      expect(harness.group.state).to.equal('Empty');
      expect(harness.clock.timers).to.equal(0);
    });
  });

  it('expires a member that does not come to the new coordinator within its session', async () => {
    const harness = new GroupHarness();
    const [id = ''] = await harness.stable({}, {});
    void harness.join({ memberId: id });
    harness.group.failOver();
    harness.clock.advance(10_000);
    expect([harness.group.state, harness.clock.timers]).to.deep.equal(['Empty', 0]);
  });

  it('answers delayed requests and leaves no timer when the group is closed', async () => {
    const harness = new GroupHarness();
    const [, other = ''] = await harness.joined({}, {});
    const sync = harness.sync(other);
    await harness.join({ requireKnownMemberId: true });
    harness.group.close();
    expect(await sync).to.include({ error: 'COORDINATOR_NOT_AVAILABLE' });
    expect(harness.clock.timers).to.equal(0);
  });

  it('notifies listeners once of changes made together, and no removed listener', async () => {
    const harness = new GroupHarness();
    const seen: string[] = [];
    const stop = harness.group.onChange(() => seen.push(harness.group.state));
    const ids = await harness.stable({});
    stop();
    harness.leave(...ids);
    await outcome(Promise.resolve());
    expect(seen, 'the join and its end came together').to.deep.equal(['CompletingRebalance', 'Stable']);
  });

  describe('closed connection', () => {
    it('completes the delayed join, while the member stays for the next generation', async () => {
      const harness = new GroupHarness();
      const [id = '', other = ''] = await harness.stable({}, {});
      const connection = new AbortController();
      const join = harness.join({ memberId: id, signal: connection.signal });
      connection.abort();
      expect(await join).to.include({ error: 'NETWORK_EXCEPTION' });
      expect(await outcome(harness.join({ memberId: other }))).to.include({ error: 'NONE', generationId: 2, leader: id });
      harness.clock.advance(10_000);
      expect(harness.heartbeat(other), 'until its session ends').to.not.equal('NONE');
    });

    it('completes the delayed sync, also one that arrives on a closed connection', async () => {
      const harness = new GroupHarness();
      const [leader = '', other = ''] = await harness.joined({}, {});
      expect(await harness.sync(other, { signal: AbortSignal.abort() })).to.include({ error: 'NETWORK_EXCEPTION' });
      await harness.syncAll([leader, other]);
      expect(harness.group.state).to.equal('Stable');
    });
  });
});
