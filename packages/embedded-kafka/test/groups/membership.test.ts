import { expect } from 'chai';
import { GroupHarness, outcome, range, roundrobin } from './group-harness.ts';

describe('Membership', () => {
  describe('join without an id (R16)', () => {
    it('tells a dynamic member its id first, and takes it when it comes with that id', async () => {
      const harness = new GroupHarness();
      const told = await harness.join({ requireKnownMemberId: true });
      expect(told).to.include({ error: 'MEMBER_ID_REQUIRED', memberId: 'client-1', generationId: -1 });
      expect(harness.group.describe()).to.deep.include({ state: 'Empty', members: [] });
      const join = harness.join({ memberId: told.memberId, requireKnownMemberId: true });
      harness.clock.advance(1);
      expect(await join).to.include({ error: 'NONE', memberId: 'client-1', generationId: 1, leader: 'client-1', protocolName: 'range' });
    });

    it('does not ask a static member to come twice, nor a client of version 3', async () => {
      const harness = new GroupHarness();
      const ids = await harness.joined({ groupInstanceId: 'i', requireKnownMemberId: true }, { requireKnownMemberId: false });
      expect(ids).to.deep.equal(['i-1', 'client-2']);
    });

    it('forgets an id that nobody came with, when the session that was asked for is over', async () => {
      const harness = new GroupHarness();
      const { memberId } = await harness.join({ requireKnownMemberId: true, sessionTimeoutMs: 6_000 });
      harness.clock.advance(6_000);
      expect(harness.clock.timers).to.equal(0);
      expect(await outcome(harness.join({ memberId }))).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    });

    it('lets the others wait for who was told its id, and go on when it leaves or its time is over', async () => {
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

    it('names a member of a client without a name', async () => {
      const harness = new GroupHarness();
      expect(await harness.joined({ clientId: null })).to.deep.equal(['-1']);
    });
  });

  describe('protocols (R17)', () => {
    it('refuses who shares no protocol with all others, or is of another type', async () => {
      const harness = new GroupHarness();
      await harness.stable({ protocols: [range] }, { protocols: [roundrobin, range] });
      for (const over of [{ protocols: [roundrobin] }, { protocolType: 'connect' }, { protocols: [] }]) {
        expect(await outcome(harness.join(over))).to.include({ error: 'INCONSISTENT_GROUP_PROTOCOL', memberId: '' });
      }
      expect(harness.group.state).to.equal('Stable');
    });

    it('refuses the first member of a group when it names no type or no protocol', async () => {
      const harness = new GroupHarness();
      for (const over of [{ protocolType: '' }, { protocols: [] }]) {
        expect(await outcome(harness.join(over))).to.include({ error: 'INCONSISTENT_GROUP_PROTOCOL' });
      }
      expect(harness.clock.timers).to.equal(0);
    });

    it('lets a group that became empty be of another type', async () => {
      const harness = new GroupHarness();
      harness.leave(...(await harness.stable({})));
      await harness.stable({ protocolType: 'connect' });
      expect(harness.group.describe()).to.include({ protocolType: 'connect', state: 'Stable', generationId: 3 });
    });

    it('takes the protocol that most prefer of those that all support', async () => {
      const harness = new GroupHarness();
      const other = { name: 'sticky', metadata: Buffer.alloc(0) };
      await harness.stable(
        { protocols: [other, range, roundrobin] },
        { protocols: [roundrobin, range] },
        { protocols: [roundrobin, range] },
      );
      expect(harness.group.describe().protocolName).to.equal('roundrobin');
    });

    it('takes the first that was voted for when as many prefer another', async () => {
      const harness = new GroupHarness();
      await harness.stable({ protocols: [roundrobin, range] }, { protocols: [range, roundrobin] });
      expect(harness.group.describe().protocolName).to.equal('roundrobin');
    });

    it('keeps its own copy of what a member says, whatever becomes of the request', async () => {
      const harness = new GroupHarness();
      const metadata = Buffer.from('mine');
      await harness.stable({ protocols: [{ name: 'range', metadata }] });
      metadata.fill(0);
      expect(harness.group.describe().members[0]?.memberMetadata.toString()).to.equal('mine');
    });
  });

  describe('rejoin (R16)', () => {
    it('calls all together when the leader joins again, even with the same metadata', async () => {
      const harness = new GroupHarness();
      const [leader = '', other = ''] = await harness.stable({}, {});
      const rejoin = harness.join({ memberId: leader });
      expect(harness.group.state).to.equal('PreparingRebalance');
      expect(harness.heartbeat(other)).to.equal('REBALANCE_IN_PROGRESS');
      const [first, second] = await Promise.all([rejoin, harness.join({ memberId: other })]);
      expect([first.generationId, second.generationId, first.members.length, second.members.length]).to.deep.equal([2, 2, 2, 0]);
    });

    it('answers who is not the leader with the generation that is, when its metadata did not change', async () => {
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

    it('calls all together when the metadata of any member changed, be it in order only', async () => {
      for (const protocols of [[roundrobin, range], [range], [{ ...range, metadata: Buffer.from('wants one') }, roundrobin]]) {
        const harness = new GroupHarness();
        const [, other = ''] = await harness.stable({ protocols: [range, roundrobin] }, { protocols: [range, roundrobin] });
        expect(await outcome(harness.join({ memberId: other, protocols }))).to.equal('delayed');
        expect(harness.group.state).to.equal('PreparingRebalance');
      }
    });

    it('shows the leader what a member says now', async () => {
      const harness = new GroupHarness();
      const [leader = '', other = ''] = await harness.stable({}, {});
      void harness.join({ memberId: other, protocols: [{ ...range, metadata: Buffer.from('changed') }] });
      const { members } = await harness.join({ memberId: leader });
      expect(members.map(({ metadata }) => metadata.toString())).to.deep.equal(['wants all', 'changed']);
    });

    it('repeats the answer to a join while the generation completes, to the leader with all members', async () => {
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

    it('answers the first of two joins of a member too, when the second comes on another connection', async () => {
      const harness = new GroupHarness();
      const [leader = '', other = ''] = await harness.stable({}, {});
      const lost = harness.join({ memberId: leader });
      const again = harness.join({ memberId: leader });
      expect(await outcome(lost)).to.include({ error: 'REBALANCE_IN_PROGRESS', memberId: leader });
      expect(await outcome(again)).to.equal('delayed');
      void harness.join({ memberId: other });
      expect(await again).to.include({ error: 'NONE', generationId: 2 });
    });

    it('does not know a member that is not there, and makes none of it', async () => {
      const harness = new GroupHarness();
      expect(await outcome(harness.join({ memberId: 'ghost' }))).to.include({ error: 'UNKNOWN_MEMBER_ID', memberId: 'ghost' });
      const [known = ''] = await harness.stable({});
      expect(await outcome(harness.join({ memberId: known, groupInstanceId: 'i' }))).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    });
  });

  describe('requests of the wrong member or generation (R17)', () => {
    it('answers 25, 22 and 23 to sync, and 25 and 22 to heartbeat and commit', async () => {
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

  describe('size', () => {
    it('turns away a member more than the group may have', async () => {
      const harness = new GroupHarness({ groupMaxSize: 2 });
      const [leader = ''] = await harness.stable({}, {});
      expect(await outcome(harness.join())).to.include({ error: 'GROUP_MAX_SIZE_REACHED', memberId: '' });
      expect(harness.group.state).to.equal('Stable');
      expect(await outcome(harness.join({ memberId: leader }))).to.equal('delayed');
    });

    it('does not wait for whom it turned away', async () => {
      const harness = new GroupHarness({ groupMaxSize: 1 });
      const [leader = ''] = await harness.stable({});
      harness.group.triggerRebalance();
      const { memberId } = await harness.join({ requireKnownMemberId: true });
      const rejoin = harness.join({ memberId: leader });
      expect(await outcome(rejoin)).to.equal('delayed');
      expect(await outcome(harness.join({ memberId }))).to.include({ error: 'GROUP_MAX_SIZE_REACHED' });
      expect(await outcome(rejoin)).to.include({ error: 'NONE', generationId: 2 });
    });

    it('has room for who is in already and asks again', async () => {
      const harness = new GroupHarness({ groupMaxSize: 1 });
      const [leader = ''] = await harness.stable({});
      harness.group.triggerRebalance();
      await harness.join({ requireKnownMemberId: true });
      void harness.join({ memberId: leader });
      expect(await outcome(harness.join({ memberId: leader }))).to.equal('delayed');
    });

    it('turns away the last who join again when too many do, and goes on without them', async () => {
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
