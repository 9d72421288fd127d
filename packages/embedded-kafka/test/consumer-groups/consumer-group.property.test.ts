import { expect } from 'chai';
import fc from 'fast-check';
import { partitionKey } from '../../src/groups/consumer/assignors/assignable-partitions.ts';
import { ConsumerGroupHarness } from './consumer-group-harness.ts';
import { SimulatedConsumer } from './simulated-consumer.ts';

const names = ['orders', 'bills', 'later'] as const;
const memberIds = ['a', 'b', 'c', 'd'];

const someNames = fc.subarray([...names]);
const ofMember = fc.nat({ max: memberIds.length - 1 });
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('heartbeat' as const), member: ofMember, isLost: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('take over' as const), member: ofMember }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('subscribe' as const), member: ofMember, names: someNames }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), member: ofMember }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), member: ofMember }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('grow' as const), name: fc.constantFrom(...names), partitions: fc.nat({ max: 9 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      name: fc.constantFrom(...names),
      partitions: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('assignor' as const), member: ofMember, name: fc.constantFrom('range', 'uniform') }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

describe('a group of the consumer protocol under any sequence of heartbeats', () => {
  it('never lets two members read from one partition, and has each partition assigned once it is quiet', () => {
    fc.assert(
      fc.property(fc.array(someNames, { minLength: 4, maxLength: 4 }), fc.array(step, { maxLength: 60 }), (subscriptions, steps) => {
        const harness = new ConsumerGroupHarness();
        harness.createTopic('orders', 5);
        harness.createTopic('bills', 2);
        const members = memberIds.map((id, index) => new SimulatedConsumer(harness, id, subscriptions[index] ?? []));
        for (const [index, one] of steps.entries()) {
          perform(one, members, harness);
          expectOneReaderEach(members, `after step ${index}`);
        }
        // Quiet: everybody takes over what it is told, and says so.
        for (let round = 0; round < 12; round += 1) {
          for (const member of members) {
            member.heartbeat(false);
            member.takeOver();
            expectOneReaderEach(members, `in quiet round ${round}`);
          }
        }
        for (const member of members) member.heartbeat(false);
        expect(harness.group('g').state).to.equal('Stable');
        expectAllRead(members, harness);
        harness.coordinator.close();
        expect(harness.clock.timers).to.equal(0);
      }),
      { numRuns: 300 },
    );
  });
});

function perform(one: Step, members: readonly SimulatedConsumer[], harness: ConsumerGroupHarness): void {
  if (one.do === 'grow') return harness.grow(one.name, one.partitions);
  if (one.do === 'create') return void harness.createTopic(one.name, one.partitions);
  const member = members[one.member];
  if (member === undefined) return;
  if (one.do === 'heartbeat') member.heartbeat(one.isLost);
  else if (one.do === 'take over') member.takeOver();
  else if (one.do === 'subscribe') member.subscribe(one.names);
  else if (one.do === 'leave') member.leave();
  else if (one.do === 'assignor') harness.heartbeat('g', { memberId: member.memberId, memberEpoch: 1, serverAssignor: one.name });
  else {
    // A consumer that is gone reads no more before its session ends.
    member.crash();
    if (harness.coordinator.get('g') !== undefined && isKnown(harness, member)) harness.group('g').expireMember(member.memberId);
  }
}

function isKnown(harness: ConsumerGroupHarness, { memberId }: SimulatedConsumer): boolean {
  return harness
    .group('g')
    .describe()
    .members.some((member) => member.memberId === memberId);
}

function expectOneReaderEach(members: readonly SimulatedConsumer[], when: string): void {
  const all = members.flatMap(({ owned }) => [...owned]);
  expect(all.length, when).to.equal(new Set(all).size);
}

/** All partitions of the topics that a member subscribes to, and no others. */
function expectAllRead(members: readonly SimulatedConsumer[], harness: ConsumerGroupHarness): void {
  const wanted = new Set(
    harness
      .group('g')
      .describeMembers()
      .flatMap(({ subscribedTopicNames }) => subscribedTopicNames),
  );
  const partitions = harness.topics
    .filter(({ name }) => wanted.has(name))
    .flatMap(({ id, partitions: { length } }) => Array.from({ length }, (_, index) => partitionKey(id, index)));
  expect(members.flatMap(({ owned }) => [...owned])).to.have.members(partitions);
}
