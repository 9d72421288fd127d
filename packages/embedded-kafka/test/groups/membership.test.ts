import { expect } from 'chai';
import { GroupHarness, outcome, range, roundrobin } from './group-harness.ts';

describe('Membership', () => {
  describe('join without an id', () => {
    it('returns MEMBER_ID_REQUIRED to a dynamic member, which joins with that id', async () => {
      const harness = new GroupHarness();
      const told = await harness.join({ requireKnownMemberId: true });
      expect(told).to.include({ error: 'MEMBER_ID_REQUIRED', memberId: 'client-1', generationId: -1 });
      expect(harness.group.describe()).to.deep.include({ state: 'Empty', members: [] });
      const join = harness.join({ memberId: told.memberId, requireKnownMemberId: true });
      harness.clock.advance(1);
      expect(await join).to.include({ error: 'NONE', memberId: 'client-1', generationId: 1, leader: 'client-1', protocolName: 'range' });
    });

    it('accepts a static member and a client of version 3 at once', async () => {
      const harness = new GroupHarness();
      const ids = await harness.joined({ groupInstanceId: 'i', requireKnownMemberId: true }, { requireKnownMemberId: false });
      expect(ids).to.deep.equal(['i-1', 'client-2']);
    });

    it('forgets a given-out id that is not used within the session timeout', async () => {
      const harness = new GroupHarness();
      const { memberId } = await harness.join({ requireKnownMemberId: true, sessionTimeoutMs: 6_000 });
      harness.clock.advance(6_000);
      expect(harness.clock.timers).to.equal(0);
      expect(await outcome(harness.join({ memberId }))).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    });

    it('delays the generation for a given-out id, until it leaves or expires', async () => {
      for (const end of ['leave', 'expire'] as const) {
        const harness = new GroupHarness();
        const [leader = ''] = await harness.stable({});
        const { memberId } = await harness.join({ requireKnownMemberId: true });
        const rejoin = harness.join({ memberId: leader });
        expect(await outcome(rejoin)).to.equal('delayed');
        if (end === 'leave') expect(harness.leave(memberId).members[0]?.error).to.equal('NONE');
        else harness.clock.advance(10_000);
        expect(await outcome(rejoin)).to.include({ error: 'NONE', generationId: 2 });
      }
    });

    it('gives an id to a member of a client without a client id', async () => {
      const harness = new GroupHarness();
      expect(await harness.joined({ clientId: null })).to.deep.equal(['-1']);
    });
  });

  describe('protocols', () => {
    it('rejects a member that shares no protocol with all others, or has another protocol type', async () => {
      const harness = new GroupHarness();
      await harness.stable({ protocols: [range] }, { protocols: [roundrobin, range] });
      for (const over of [{ protocols: [roundrobin] }, { protocolType: 'connect' }, { protocols: [] }]) {
        expect(await outcome(harness.join(over))).to.include({ error: 'INCONSISTENT_GROUP_PROTOCOL', memberId: '' });
      }
      expect(harness.group.state).to.equal('Stable');
    });

    it('rejects the first member of a group when it names no protocol type or no protocol', async () => {
      const harness = new GroupHarness();
      for (const over of [{ protocolType: '' }, { protocols: [] }]) {
        expect(await outcome(harness.join(over))).to.include({ error: 'INCONSISTENT_GROUP_PROTOCOL' });
      }
      expect(harness.clock.timers).to.equal(0);
    });

    it('accepts another protocol type when the group is empty again', async () => {
      const harness = new GroupHarness();
      harness.leave(...(await harness.stable({})));
      await harness.stable({ protocolType: 'connect' });
      expect(harness.group.describe()).to.include({ protocolType: 'connect', state: 'Stable', generationId: 3 });
    });

    it('selects the protocol that most members prefer among those that all support', async () => {
      const harness = new GroupHarness();
      const other = { name: 'sticky', metadata: Buffer.alloc(0) };
      await harness.stable(
        { protocols: [other, range, roundrobin] },
        { protocols: [roundrobin, range] },
        { protocols: [roundrobin, range] },
      );
      expect(harness.group.describe().protocolName).to.equal('roundrobin');
    });

    it('selects the protocol that was voted for first when the votes are equal', async () => {
      const harness = new GroupHarness();
      await harness.stable({ protocols: [roundrobin, range] }, { protocols: [range, roundrobin] });
      expect(harness.group.describe().protocolName).to.equal('roundrobin');
    });

    it('copies the metadata of a member, whatever happens to the request', async () => {
      const harness = new GroupHarness();
      const metadata = Buffer.from('mine');
      await harness.stable({ protocols: [{ name: 'range', metadata }] });
      metadata.fill(0);
      expect(harness.group.describe().members[0]?.memberMetadata.toString()).to.equal('mine');
    });
  });

  describe('rejoin', () => {
    it('starts a rebalance when the leader rejoins, even with the same metadata', async () => {
      const harness = new GroupHarness();
      const [leader = '', other = ''] = await harness.stable({}, {});
      const rejoin = harness.join({ memberId: leader });
      expect(harness.group.state).to.equal('PreparingRebalance');
      expect(harness.heartbeat(other)).to.equal('REBALANCE_IN_PROGRESS');
      const [first, second] = await Promise.all([rejoin, harness.join({ memberId: other })]);
      expect([first.generationId, second.generationId, first.members.length, second.members.length]).to.deep.equal([2, 2, 2, 0]);
    });

    it('returns the current generation to a follower whose metadata did not change', async () => {
      const harness = new GroupHarness();
      const [leader, other = ''] = await harness.stable({}, {});
      expect(await outcome(harness.join({ memberId: other }))).to.include({
        error: 'NONE',
        generationId: 1,
        leader,
        skipAssignment: false,
      });
      expect(harness.group.state).to.equal('Stable');
    });

    it('starts a rebalance when the metadata of a member changed, even in order only', async () => {
      for (const protocols of [[roundrobin, range], [range], [{ ...range, metadata: Buffer.from('wants one') }, roundrobin]]) {
        const harness = new GroupHarness();
        const [, other = ''] = await harness.stable({ protocols: [range, roundrobin] }, { protocols: [range, roundrobin] });
        expect(await outcome(harness.join({ memberId: other, protocols }))).to.equal('delayed');
        expect(harness.group.state).to.equal('PreparingRebalance');
      }
    });

    it('shows the leader the current metadata of a member', async () => {
      const harness = new GroupHarness();
      const [leader = '', other = ''] = await harness.stable({}, {});
      void harness.join({ memberId: other, protocols: [{ ...range, metadata: Buffer.from('changed') }] });
      const { members } = await harness.join({ memberId: leader });
      expect(members.map(({ metadata }) => metadata.toString())).to.deep.equal(['wants all', 'changed']);
    });

    it('repeats the join response while the generation completes, to the leader with all members', async () => {
      const harness = new GroupHarness();
      const [leader = '', other = ''] = await harness.joined({}, {});
      const repeated = await Promise.all([harness.join({ memberId: leader }), harness.join({ memberId: other })]);
      expect(repeated.map(({ generationId, members }) => [generationId, members.length])).to.deep.equal([
        [1, 2],
        [1, 0],
      ]);
      expect(await outcome(harness.join({ memberId: other, protocols: [{ ...range, metadata: Buffer.from('new') }] }))).to.equal('delayed');
      expect(harness.group.state).to.equal('PreparingRebalance');
    });

    it('answers the first of two joins of a member when the second arrives on another connection', async () => {
      const harness = new GroupHarness();
      const [leader = '', other = ''] = await harness.stable({}, {});
      const lost = harness.join({ memberId: leader });
      const again = harness.join({ memberId: leader });
      expect(await outcome(lost)).to.include({ error: 'REBALANCE_IN_PROGRESS', memberId: leader });
      expect(await outcome(again)).to.equal('delayed');
      void harness.join({ memberId: other });
      expect(await again).to.include({ error: 'NONE', generationId: 2 });
    });

    it('returns UNKNOWN_MEMBER_ID for an unknown id, and adds no member', async () => {
      const harness = new GroupHarness();
      expect(await outcome(harness.join({ memberId: 'ghost' }))).to.include({ error: 'UNKNOWN_MEMBER_ID', memberId: 'ghost' });
      const [known = ''] = await harness.stable({});
      expect(await outcome(harness.join({ memberId: known, groupInstanceId: 'i' }))).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    });
  });

  describe('requests of the wrong member or generation', () => {
    it('return UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION or INCONSISTENT_GROUP_PROTOCOL', async () => {
      const harness = new GroupHarness();
      const [id = ''] = await harness.stable({});
      expect(await outcome(harness.sync('ghost'))).to.include({ error: 'UNKNOWN_MEMBER_ID' });
      expect(await outcome(harness.sync(id, { generationId: 0 }))).to.include({ error: 'ILLEGAL_GENERATION' });
      expect(await outcome(harness.sync(id, { protocolName: 'roundrobin' }))).to.include({ error: 'INCONSISTENT_GROUP_PROTOCOL' });
      expect(await outcome(harness.sync(id, { protocolType: 'connect' }))).to.include({ error: 'INCONSISTENT_GROUP_PROTOCOL' });
      expect(await outcome(harness.sync(id, { protocolType: 'consumer', protocolName: 'range' }))).to.include({ error: 'NONE' });
      expect(harness.heartbeat('ghost')).to.equal('UNKNOWN_MEMBER_ID');
      expect(harness.heartbeat(id, { generationId: 2 })).to.equal('ILLEGAL_GENERATION');
      expect(harness.commit('ghost')).to.equal('UNKNOWN_MEMBER_ID');
      expect(harness.commit(id, { generationId: 0 })).to.equal('ILLEGAL_GENERATION');
    });
  });

  describe('group.max.size', () => {
    it('rejects one member more than the group may have', async () => {
      const harness = new GroupHarness({ groupMaxSize: 2 });
      const [leader = ''] = await harness.stable({}, {});
      expect(await outcome(harness.join())).to.include({ error: 'GROUP_MAX_SIZE_REACHED', memberId: '' });
      expect(harness.group.state).to.equal('Stable');
      expect(await outcome(harness.join({ memberId: leader }))).to.equal('delayed');
    });

    it('does not delay the generation for a rejected member', async () => {
      const harness = new GroupHarness({ groupMaxSize: 1 });
      const [leader = ''] = await harness.stable({});
      harness.group.triggerRebalance();
      const { memberId } = await harness.join({ requireKnownMemberId: true });
      const rejoin = harness.join({ memberId: leader });
      expect(await outcome(rejoin)).to.equal('delayed');
      expect(await outcome(harness.join({ memberId }))).to.include({ error: 'GROUP_MAX_SIZE_REACHED' });
      expect(await outcome(rejoin)).to.include({ error: 'NONE', generationId: 2 });
    });

    it('leaves room for a current member that rejoins', async () => {
      const harness = new GroupHarness({ groupMaxSize: 1 });
      const [leader = ''] = await harness.stable({});
      harness.group.triggerRebalance();
      await harness.join({ requireKnownMemberId: true });
      void harness.join({ memberId: leader });
      expect(await outcome(harness.join({ memberId: leader }))).to.equal('delayed');
    });

    it('rejects the last members to rejoin when there are too many, and completes without them', async () => {
      const harness = new GroupHarness({ groupMaxSize: 2 });
      const [leader = '', other = ''] = await harness.stable({}, {});
      const rejoin = harness.join({ memberId: leader });
      const newcomer = harness.join();
      expect(await outcome(harness.join({ memberId: other }))).to.include({ error: 'GROUP_MAX_SIZE_REACHED', memberId: '' });
      const results = await Promise.all([rejoin, newcomer]);
      expect(results.map(({ error, generationId }) => [error, generationId])).to.deep.equal([
        ['NONE', 2],
        ['NONE', 2],
      ]);
      expect(harness.group.describe().members).to.have.length(2);
    });
  });
});
