import { expect } from 'chai';
import type { JoinRequest } from '../../src/groups/any/group-requests.ts';
import { GroupHarness, outcome, range, roundrobin } from './group-harness.ts';

const one: Partial<JoinRequest> = { groupInstanceId: 'one', protocols: [range, roundrobin] };
const two: Partial<JoinRequest> = { groupInstanceId: 'two', protocols: [range, roundrobin] };

describe('static members', () => {
  it('rejoin with a new id and their old assignment, without a rebalance', async () => {
    const harness = new GroupHarness();
    const [, old = ''] = await harness.stable(one, two);
    const back = await outcome(harness.join(two));
    expect(back).to.include({ error: 'NONE', generationId: 1, memberId: 'two-3', leader: 'one-1', skipAssignment: false });
    expect([harness.group.state, harness.clock.timers]).to.deep.equal(['Stable', 2]);
    const sync = await harness.sync('two-3', { groupInstanceId: 'two' });
    expect(sync.assignment.toString()).to.equal(old);
    expect(harness.group.describe().members.map(({ memberId }) => memberId)).to.have.members(['one-1', 'two-3']);
  });

  it('fence every request of the previous process', async () => {
    const harness = new GroupHarness();
    const [, old = ''] = await harness.stable(one, two);
    await harness.join(two);
    expect(harness.heartbeat(old, { groupInstanceId: 'two' })).to.equal('FENCED_INSTANCE_ID');
    expect(harness.commit(old, { groupInstanceId: 'two' })).to.equal('FENCED_INSTANCE_ID');
    expect(await outcome(harness.sync(old, { groupInstanceId: 'two' }))).to.include({ error: 'FENCED_INSTANCE_ID' });
    expect(await outcome(harness.join({ ...two, memberId: old }))).to.include({ error: 'FENCED_INSTANCE_ID', memberId: old });
    expect(harness.group.leave([{ memberId: old, groupInstanceId: 'two' }]).members[0]?.error).to.equal('FENCED_INSTANCE_ID');
    expect(harness.heartbeat(old), 'without its instance id').to.equal('UNKNOWN_MEMBER_ID');
  });

  it('fence the delayed join and sync of the previous process', async () => {
    const harness = new GroupHarness();
    const [leader = '', old = ''] = await harness.joined(one, two);
    const sync = harness.sync(old, { groupInstanceId: 'two' });
    const back = harness.join(two);
    expect(await outcome(sync)).to.include({ error: 'FENCED_INSTANCE_ID' });
    expect(await outcome(back), 'the leader would assign to the old id').to.equal('delayed');
    const again = harness.join(two);
    expect(await outcome(back)).to.include({ error: 'FENCED_INSTANCE_ID', memberId: 'two-3' });
    void harness.join({ ...one, memberId: leader });
    expect(await again).to.include({ error: 'NONE', generationId: 2, memberId: 'two-4' });
  });

  it('remain the leader when they rejoin, and are told to skip the assignment from version 9 on', async () => {
    const harness = new GroupHarness();
    await harness.stable(one, two);
    const back = await harness.join(one);
    expect(back).to.include({ memberId: 'one-3', leader: 'one-3', skipAssignment: true, generationId: 1 });
    expect(back.members.map(({ memberId, groupInstanceId }) => [memberId, groupInstanceId])).to.have.deep.members([
      ['one-3', 'one'],
      ['two-2', 'two'],
    ]);
  });

  it('remain the leader when other members leave', async () => {
    const harness = new GroupHarness();
    const [, , third = ''] = await harness.stable(one, two, {});
    await harness.join(one);
    harness.leave(third);
    void harness.join({ ...two, memberId: 'two-2' });
    expect(await outcome(harness.join({ ...one, memberId: 'one-4' }))).to.include({ leader: 'one-4', generationId: 2 });
  });

  it('are told before version 9 that another member leads, so that they do not assign', async () => {
    const harness = new GroupHarness();
    await harness.stable(one, two);
    const back = await harness.join({ ...one, supportsSkippingAssignment: false });
    expect(back).to.deep.include({ memberId: 'one-3', leader: 'one-1', skipAssignment: false, members: [] });
    expect(await outcome(harness.join({ ...one, memberId: 'one-3' })), 'it remains the leader').to.equal('delayed');
  });

  it('start a rebalance when their protocols change the selected one', async () => {
    const harness = new GroupHarness();
    const [leader = ''] = await harness.stable(one, two);
    const back = harness.join({ ...two, protocols: [roundrobin] });
    expect(await outcome(back)).to.equal('delayed');
    void harness.join({ ...one, memberId: leader });
    expect(await back).to.include({ error: 'NONE', generationId: 2, protocolName: 'roundrobin' });
  });

  it('stay members while they are absent for less than their session timeout, and are removed then', async () => {
    const harness = new GroupHarness();
    const [first = ''] = await harness.stable(one, { ...two, sessionTimeoutMs: 200_000 });
    const rejoin = harness.join({ ...one, memberId: first });
    harness.clock.advance(60_000);
    expect(await outcome(rejoin)).to.include({ error: 'NONE', generationId: 2 });
    expect(harness.group.describe().members).to.have.length(2);
    // An absent member does not sync either, and is removed after the rebalance timeout.
    await harness.sync(first, { groupInstanceId: 'one' });
    for (let second = 0; second < 60; second += 5) {
      harness.heartbeat(first, { groupInstanceId: 'one' });
      harness.clock.advance(5_000);
    }
    expect(harness.group.state).to.equal('PreparingRebalance');
    expect(harness.group.describe().members.map(({ groupInstanceId }) => groupInstanceId)).to.deep.equal(['one']);
  });

  it('lose the leadership when they are absent, and stay members', async () => {
    const harness = new GroupHarness();
    const away = { ...one, sessionTimeoutMs: 1_000_000 };
    const [, other = ''] = await harness.stable(away, two);
    const rejoin = harness.join({ ...two, memberId: other, protocols: [range] });
    harness.clock.advance(60_000);
    const result = await rejoin;
    expect(result).to.include({ leader: other, generationId: 2 });
    expect(result.members.map(({ groupInstanceId }) => groupInstanceId)).to.deep.equal(['one', 'two']);
  });

  it('delay the generation again when none of them joins, until their sessions end', async () => {
    const harness = new GroupHarness();
    await harness.stable({ ...one, rebalanceTimeoutMs: 5_000, sessionTimeoutMs: 20_000 });
    harness.group.triggerRebalance();
    harness.clock.advance(12_000);
    expect(harness.group.describe()).to.include({ state: 'PreparingRebalance', generationId: 1 });
    harness.clock.advance(8_000);
    expect(harness.group.describe()).to.deep.include({ state: 'Empty', members: [] });
    expect(harness.clock.timers).to.equal(0);
  });

  it('do not stop the clock when they request a rebalance timeout of zero', async () => {
    const harness = new GroupHarness();
    await harness.stable({ ...one, rebalanceTimeoutMs: 0, sessionTimeoutMs: 6_000 });
    harness.group.triggerRebalance();
    harness.clock.advance(7_000);
    expect(harness.group.state).to.equal('Empty');
  });

  it('still have to sync under the new id when they did not sync before', async () => {
    const harness = new GroupHarness();
    const session = { sessionTimeoutMs: 1_000_000 };
    const [leader = ''] = await harness.joined({ ...one, ...session }, { ...two, ...session });
    await harness.sync(leader, { groupInstanceId: 'one' });
    await harness.join({ ...two, ...session });
    harness.clock.advance(60_000);
    expect(harness.group.describe().members.map(({ memberId }) => memberId)).to.deep.equal([leader]);
  });

  it('are removed by an administrator who knows only the instance id', async () => {
    const harness = new GroupHarness();
    await harness.stable(one, two);
    const { error, members } = harness.group.leave([
      { memberId: '', groupInstanceId: 'two' },
      { memberId: '', groupInstanceId: 'three' },
      { memberId: '', groupInstanceId: null },
      { memberId: 'ghost', groupInstanceId: null },
    ]);
    expect(error).to.equal('NONE');
    expect(members.map((member) => member.error)).to.deep.equal(['NONE', 'UNKNOWN_MEMBER_ID', 'UNKNOWN_MEMBER_ID', 'UNKNOWN_MEMBER_ID']);
    expect(members[0]).to.include({ memberId: '', groupInstanceId: 'two' });
    expect(harness.group.state).to.equal('PreparingRebalance');
    expect(harness.heartbeat('two-3', { groupInstanceId: 'two' }), 'no member is left to fence it').to.equal('UNKNOWN_MEMBER_ID');
  });
});
