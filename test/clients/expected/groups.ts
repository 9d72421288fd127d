import { expect } from 'chai';
import type { Client } from '../support/client.ts';
import { type Event, eventsOf } from '../support/events.ts';

const all = [0, 1, 2, 3];

/** By each assignor: all partitions for who is alone, half of them each for two who read what is theirs, and all again. */
export function expectMembers(events: readonly Event[], { assignors }: Client): void {
  const assigned = Object.groupBy(eventsOf(events, 'assigned'), ({ assignor }) => assignor);
  expect(Object.keys(assigned)).to.have.members([...assignors]);
  for (const assignor of assignors) {
    const [alone, both, again] = (assigned[assignor] ?? []).map(({ members }) => members);
    expect([alone, again]).to.deep.equal([[all], [all]]);
    expect(both?.map((partitions) => partitions.length)).to.deep.equal([2, 2]);
    expect(both?.flat()).to.have.members(all);
    const shared = eventsOf(events, 'shared').filter((event) => event.assignor === assignor);
    expect(shared.map(({ value }) => value)).to.have.members(all.map((partition) => `value-${partition}`));
    for (const { member, partition, value } of shared) {
      expect(value).to.equal(`value-${partition}`);
      expect(both?.[member]).to.include(partition);
    }
  }
}

/** A static member gets its partitions back, and the group did not rebalance for it. */
export function expectStatics(events: readonly Event[]): void {
  const [returned] = eventsOf(events, 'returned');
  expect(returned?.partitions).to.have.length(2);
  expect(returned?.rebalances).to.equal(0);
}
