import { expect } from 'chai';
import { GroupHarness, outcome, range } from './group-harness.ts';

describe('Rebalance', () => {
  it('moves from Empty through PreparingRebalance and CompletingRebalance to Stable, and back to Empty when the last member leaves', async () => {
    const harness = new GroupHarness();
    const states = [harness.group.state];
    const note = (): number => states.push(harness.group.state);
    const join = harness.join();
    note();
    harness.clock.advance(1);
    const { memberId } = await join;
    note();
    await harness.syncAll([memberId]);
    note();
    harness.leave(memberId);
    note();
    expect(states).to.deep.equal(['Empty', 'PreparingRebalance', 'CompletingRebalance', 'Stable', 'Empty']);
    expect(harness.group.generationId).to.equal(2);
    expect(harness.clock.timers).to.equal(0);
  });

  it('gives each member the assignment from the leader, an empty one if it is missing, and keeps a copy', async () => {
    const harness = new GroupHarness();
    const [leader = '', other = '', forgotten = ''] = await harness.joined({}, {}, {});
    const early = harness.sync(other);
    expect(await outcome(early)).to.equal('delayed');
    const assignment = Buffer.from('half');
    const assignments = [
      { memberId: leader, assignment: Buffer.from('other half') },
      { memberId: other, assignment },
      { memberId: 'ghost', assignment },
    ];
    expect((await harness.sync(leader, { assignments })).assignment.toString()).to.equal('other half');
    assignment.fill(0);
    const result = await early;
    expect(result).to.include({ error: 'NONE', protocolType: 'consumer', protocolName: 'range' });
    expect(result.assignment.toString()).to.equal('half');
    expect((await harness.sync(forgotten)).assignment).to.have.length(0);
    expect((await harness.sync(other)).assignment.toString(), 'asked again').to.equal('half');
  });

  it('accepts no assignment from a follower', async () => {
    const harness = new GroupHarness();
    const [leader = '', other = ''] = await harness.joined({}, {});
    const sync = harness.sync(other, { assignments: [{ memberId: other, assignment: Buffer.from('all') }] });
    expect(harness.group.state).to.equal('CompletingRebalance');
    void harness.sync(leader);
    expect((await sync).assignment).to.have.length(0);
  });

  it('answers the first of two syncs of a member too', async () => {
    const harness = new GroupHarness();
    const [leader = '', other = ''] = await harness.joined({}, {});
    const lost = harness.sync(other);
    const again = harness.sync(other);
    expect(await outcome(lost)).to.include({ error: 'REBALANCE_IN_PROGRESS' });
    void harness.sync(leader);
    expect(await again).to.include({ error: 'NONE' });
  });

  describe('in PreparingRebalance', () => {
    it('answers a sync with REBALANCE_IN_PROGRESS before any protocol is selected', async () => {
      const harness = new GroupHarness();
      void harness.join();
      expect(await outcome(harness.sync('client-1', { protocolName: 'range' }))).to.include({ error: 'REBALANCE_IN_PROGRESS' });
    });

    it('answers heartbeats and syncs with REBALANCE_IN_PROGRESS, and accepts commits', async () => {
      const harness = new GroupHarness();
      const [leader = '', other = ''] = await harness.joined({}, {});
      const waiting = harness.sync(other);
      void harness.join();
      expect(await waiting).to.include({ error: 'REBALANCE_IN_PROGRESS' });
      expect(await outcome(harness.sync(leader))).to.include({ error: 'REBALANCE_IN_PROGRESS' });
      expect(harness.heartbeat(leader)).to.equal('REBALANCE_IN_PROGRESS');
      expect(harness.commit(leader)).to.equal('NONE');
    });

    it('rejects commits with REBALANCE_IN_PROGRESS but accepts heartbeats while the generation completes', async () => {
      const harness = new GroupHarness();
      const [id = ''] = await harness.joined({});
      expect(harness.commit(id)).to.equal('REBALANCE_IN_PROGRESS');
      expect(harness.heartbeat(id)).to.equal('NONE');
    });

    it('lets a member with a delayed sync leave, and answers that sync', async () => {
      const harness = new GroupHarness();
      const [, other = ''] = await harness.joined({}, {});
      const sync = harness.sync(other);
      harness.leave(other);
      expect(await sync).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    });
  });

  describe('timers', () => {
    it('remove a member that sends no heartbeat for its session timeout, and keep one that does', async () => {
      const harness = new GroupHarness();
      const [leader = '', silent = ''] = await harness.stable({ sessionTimeoutMs: 30_000 }, { sessionTimeoutMs: 6_000 });
      harness.clock.advance(5_000);
      expect(harness.heartbeat(silent)).to.equal('NONE');
      harness.clock.advance(5_000);
      expect(harness.commit(silent)).to.equal('NONE');
      harness.clock.advance(5_000);
      expect(await outcome(harness.sync(silent))).to.include({ error: 'NONE' });
      harness.clock.advance(5_000);
      expect(await outcome(harness.join({ memberId: silent, sessionTimeoutMs: 6_000 }))).to.include({ error: 'NONE' });
      harness.clock.advance(5_000);
      expect(harness.group.state).to.equal('Stable');
      harness.clock.advance(1_000);
      expect(harness.group.state).to.equal('PreparingRebalance');
      expect(harness.heartbeat(silent)).to.equal('UNKNOWN_MEMBER_ID');
      expect(harness.heartbeat(leader)).to.equal('REBALANCE_IN_PROGRESS');
    });

    it('suspend the session of a member while its join or sync is delayed, and restart it with the response', async () => {
      const harness = new GroupHarness();
      const member = { sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 300_000 };
      const [leader = '', other = ''] = await harness.stable({ ...member, sessionTimeoutMs: 1_000_000 }, member);
      const join = harness.join({ memberId: other, ...member, protocols: [{ ...range, metadata: Buffer.from('changed') }] });
      harness.clock.advance(200_000);
      void harness.join({ memberId: leader, ...member, sessionTimeoutMs: 1_000_000 });
      expect(await join).to.include({ error: 'NONE', generationId: 2 });
      const sync = harness.sync(other);
      harness.clock.advance(200_000);
      expect(await outcome(sync)).to.equal('delayed');
      void harness.sync(leader);
      expect(await sync).to.include({ error: 'NONE' });
      harness.clock.advance(6_000);
      expect(harness.heartbeat(other)).to.equal('UNKNOWN_MEMBER_ID');
    });

    it('restart the session of a member when its sync is answered with REBALANCE_IN_PROGRESS', async () => {
      const harness = new GroupHarness();
      const [leader = '', silent = ''] = await harness.joined({ sessionTimeoutMs: 1_000_000 }, { sessionTimeoutMs: 6_000 });
      const sync = harness.sync(silent);
      const rejoin = harness.join({ memberId: leader, protocols: [{ ...range, metadata: Buffer.from('changed') }] });
      expect(await outcome(sync)).to.include({ error: 'REBALANCE_IN_PROGRESS' });
      harness.clock.advance(6_000);
      expect(await outcome(rejoin)).to.include({ error: 'NONE', generationId: 2 });
    });

    it('ignore a heartbeat that arrives while the join of the member is delayed', async () => {
      const harness = new GroupHarness();
      const [leader = '', other = ''] = await harness.stable({ sessionTimeoutMs: 1_000_000 }, { sessionTimeoutMs: 1_000_000 });
      const join = harness.join({ memberId: leader, sessionTimeoutMs: 6_000 });
      expect(harness.heartbeat(leader)).to.equal('REBALANCE_IN_PROGRESS');
      harness.clock.advance(10_000);
      void harness.join({ memberId: other });
      expect(await join).to.include({ error: 'NONE', generationId: 2 });
    });

    it('wait for members up to the longest rebalance timeout, then complete without those that did not join', async () => {
      const harness = new GroupHarness();
      const session = { sessionTimeoutMs: 1_000_000 };
      const [first = '', late = ''] = await harness.stable(
        { ...session, rebalanceTimeoutMs: 20_000 },
        { ...session, rebalanceTimeoutMs: 90_000 },
      );
      const join = harness.join({ memberId: first, rebalanceTimeoutMs: 20_000 });
      harness.clock.advance(89_000);
      expect(await outcome(join)).to.equal('delayed');
      harness.clock.advance(1_000);
      expect(await join).to.include({ error: 'NONE', generationId: 2, leader: first });
      expect(harness.heartbeat(late)).to.equal('UNKNOWN_MEMBER_ID');
    });

    it('elect another leader when the leader does not join', async () => {
      const harness = new GroupHarness();
      const [, other = ''] = await harness.stable({ sessionTimeoutMs: 1_000_000 }, {});
      const join = harness.join({ memberId: other, protocols: [{ ...range, metadata: Buffer.from('changed') }] });
      harness.clock.advance(60_000);
      const result = await join;
      expect(result).to.include({ leader: other, generationId: 2 });
      expect(result.members.map(({ memberId }) => memberId)).to.deep.equal([other]);
    });

    it('use the session timeout where a request of version 0 has no rebalance timeout', async () => {
      const harness = new GroupHarness();
      const member = { sessionTimeoutMs: 8_000, rebalanceTimeoutMs: -1 };
      const [first = '', other = ''] = await harness.stable(member, member);
      const join = harness.join({ memberId: first, ...member });
      harness.clock.advance(7_000);
      expect(harness.heartbeat(other)).to.equal('REBALANCE_IN_PROGRESS');
      harness.clock.advance(1_000);
      expect(await outcome(join)).to.include({ error: 'NONE', generationId: 2 });
    });

    it('remove members that do not sync within the rebalance timeout, even after the leader assigned', async () => {
      const harness = new GroupHarness();
      const session = { sessionTimeoutMs: 1_000_000 };
      const [leader = '', lazy = ''] = await harness.joined(session, session);
      await harness.sync(leader);
      harness.clock.advance(58_000);
      expect(harness.group.state).to.equal('Stable');
      harness.clock.advance(2_000);
      expect(harness.group.state).to.equal('PreparingRebalance');
      expect(harness.heartbeat(lazy)).to.equal('UNKNOWN_MEMBER_ID');
      expect(await outcome(harness.join({ memberId: leader }))).to.include({ error: 'NONE', generationId: 2 });
    });

    it('empty the group when no member syncs', async () => {
      const harness = new GroupHarness();
      await harness.joined({ sessionTimeoutMs: 1_000_000 }, { sessionTimeoutMs: 1_000_000 });
      harness.clock.advance(60_000);
      expect(harness.group.describe()).to.deep.include({ state: 'Empty', members: [] });
      expect(harness.clock.timers).to.equal(0);
    });

    it('are reduced to one for each member when all have synced', async () => {
      const harness = new GroupHarness();
      const ids = await harness.stable({}, {}, {});
      expect(harness.clock.timers).to.equal(ids.length);
    });

    it('expire a member without a generation when its first join is delayed for five minutes', async () => {
      const harness = new GroupHarness();
      const forever = { sessionTimeoutMs: 1_800_000, rebalanceTimeoutMs: 1_800_000 };
      const [leader = ''] = await harness.stable(forever);
      const join = harness.join({ sessionTimeoutMs: 6_000 });
      harness.clock.advance(299_000);
      expect(await outcome(join)).to.equal('delayed');
      harness.clock.advance(1_000);
      expect(await outcome(join)).to.include({ error: 'UNKNOWN_MEMBER_ID', memberId: '' });
      expect(harness.heartbeat(leader)).to.equal('REBALANCE_IN_PROGRESS');
    });
  });

  describe('the initial delay', () => {
    it('is zero by default: the first member does not wait for others', async () => {
      const harness = new GroupHarness();
      const join = harness.join();
      harness.clock.advance(1);
      expect(await outcome(join)).to.include({ generationId: 1 });
    });

    it('lets members of a new group join together, and is extended by each up to the rebalance timeout', async () => {
      const harness = new GroupHarness({ groupInitialRebalanceDelayMs: 3_000 });
      // Checked after 3, 6 and 8 seconds: a member joined before each check but the last, which is the timeout.
      const joins = [harness.join({ rebalanceTimeoutMs: 8_000 })];
      for (const wait of [2_000, 3_000]) {
        harness.clock.advance(wait);
        joins.push(harness.join({ rebalanceTimeoutMs: 8_000 }));
      }
      harness.clock.advance(2_000);
      expect(await Promise.all(joins.map(outcome))).to.deep.equal(['delayed', 'delayed', 'delayed']);
      joins.push(harness.join({ rebalanceTimeoutMs: 8_000 }));
      harness.clock.advance(1_000);
      for (const join of joins) expect(await outcome(join)).to.include({ generationId: 1 });
    });

    it('ends when no other member joins', async () => {
      const harness = new GroupHarness({ groupInitialRebalanceDelayMs: 3_000 });
      const join = harness.join();
      harness.clock.advance(2_000);
      expect(await outcome(join)).to.equal('delayed');
      harness.clock.advance(1_000);
      expect(await outcome(join)).to.include({ generationId: 1 });
    });

    it('leaves an empty group and no timer when all members leave before it ends', async () => {
      const harness = new GroupHarness({ groupInitialRebalanceDelayMs: 3_000 });
      const join = harness.join();
      harness.leave('client-1');
      expect(await join).to.include({ error: 'UNKNOWN_MEMBER_ID' });
      harness.clock.advance(3_000);
      expect(harness.group.state).to.equal('Empty');
      expect(harness.clock.timers).to.equal(0);
    });

    it('does not apply to a later rebalance', async () => {
      const harness = new GroupHarness({ groupInitialRebalanceDelayMs: 3_000 });
      const first = harness.join();
      harness.clock.advance(3_000);
      await harness.syncAll([(await first).memberId]);
      const rejoin = harness.join({ memberId: (await first).memberId });
      expect(await outcome(rejoin)).to.include({ generationId: 2 });
    });
  });
});
