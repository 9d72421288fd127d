import { expect } from 'chai';
import type { Client } from '../support/client.ts';
import { type Event, eventsOf } from '../support/events.ts';

// Ten messages with timestamps a millisecond apart, four of which were deleted; one member of three partitions.
const facts: Readonly<Record<string, unknown>> = {
  partitions: 3,
  config: '1234567',
  earliest: 4,
  latest: 10,
  'maximal timestamp': 9,
  timestamp: 6,
  group: ['stable', 1],
  committed: [0, 5, 'note'],
  'listed group': true,
  'deleted group': true,
  cluster: true,
  'deleted topic': true,
};

/** Everything that an admin can find out. */
export function expectAdmin(events: readonly Event[], { without = [] }: Client): void {
  const { 'second creation': twice, ...found } = Object.fromEntries(eventsOf(events, 'fact').map(({ name, value }) => [name, value]));
  expect(found).to.deep.equal(Object.fromEntries(Object.entries(facts).filter(([name]) => !without.includes(name))));
  // As each client calls TOPIC_ALREADY_EXISTS.
  if (!without.includes('second creation')) {
    expect(String(twice).replaceAll('_', '').toLowerCase()).to.match(/topic(already)?exists/);
  }
}
