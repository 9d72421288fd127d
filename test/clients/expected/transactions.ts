import { expect } from 'chai';
import type { Client } from '../support/client.ts';
import { type Event, eventsOf } from '../support/events.ts';

/** In each of three partitions: what was aborted and its marker, then what was committed; and offset 7 of the group. */
export function expectTransactions(events: readonly Event[], { without = [] }: Client): void {
  const read = eventsOf(events, 'read');
  const seen = (isolation: string): unknown[] =>
    read.filter((event) => event.isolation === isolation).map(({ partition, offset, value }) => [partition, offset, value]);
  const committed = [0, 1, 2].map((partition) => [partition, 2, `committed-${partition}`]);
  const aborted = [0, 1, 2].map((partition) => [partition, 0, `aborted-${partition}`]);
  expect(seen('committed')).to.have.deep.members(committed);
  expect(seen('uncommitted')).to.have.deep.members([...aborted, ...committed]);
  const offsets = without.includes('transactional offsets') ? [] : [[0, 7]];
  expect(eventsOf(events, 'committed').map(({ partition, offset }) => [partition, offset])).to.deep.equal(offsets);
  if (without.includes('fencing')) return;
  // As each client calls PRODUCER_FENCED and INVALID_PRODUCER_EPOCH.
  expect(eventsOf(events, 'fenced')[0]?.error.replaceAll('_', '').toLowerCase()).to.match(/fenced|invalidproducerepoch/);
}
