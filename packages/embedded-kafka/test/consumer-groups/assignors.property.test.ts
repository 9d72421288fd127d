import { expect } from 'chai';
import fc from 'fast-check';
import type { Assignment, AssignmentInput } from '../../src/groups/consumer/assignors/assignor.ts';
import { partitionKey } from '../../src/groups/consumer/assignors/assignable-partitions.ts';
import { assignors } from '../../src/groups/consumer/assignors/assignors.ts';

const topicIds = ['orders', 'bills', 'later'];
const subscriptions = fc.array(fc.subarray(topicIds), { minLength: 1, maxLength: 6 });
const sizes = fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.nat({ max: 9 }));

/** What an assignor gets for these subscriptions: topics to which nobody subscribes are not among it. */
function input(
  subscribed: readonly string[][],
  counts: readonly number[],
  current: AssignmentInput['current'] = new Map(),
): AssignmentInput {
  const subscribers = subscribed.map((ids, index) => ({
    memberId: `m${index}`,
    instanceId: index % 3 === 2 ? `i${index}` : null,
    topicIds: new Set(ids),
  }));
  const wanted = topicIds.flatMap((id, index) => (subscribed.some((ids) => ids.includes(id)) ? [[id, counts[index] ?? 0] as const] : []));
  return { subscribers, partitionCounts: new Map(wanted), current };
}

function allKeys({ partitionCounts }: AssignmentInput): string[] {
  return [...partitionCounts].flatMap(([id, count]) => Array.from({ length: count }, (_, index) => partitionKey(id, index)));
}

for (const [name, assign] of assignors) {
  describe(`the assignor ${name}`, () => {
    it('gives each partition to one member that subscribes to its topic', () => {
      fc.assert(
        fc.property(subscriptions, subscriptions, sizes, (before, after, counts) => {
          const first = assign(input(before, counts));
          const given = input(after, counts, first);
          const second = assign(given);
          expect([...second.values()].flatMap((keys) => [...keys])).to.have.members(allKeys(given));
          for (const { memberId, topicIds: mine } of given.subscribers) {
            for (const key of second.get(memberId) ?? []) expect(mine.has(key.split('/')[0] ?? '')).to.equal(true);
          }
        }),
      );
    });

    it('gives members that subscribe to one topic as many partitions, or one more', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 6 }), fc.nat({ max: 20 }), (members, count) => {
          const given = input(
            Array.from({ length: members }, () => ['orders']),
            [count],
          );
          const loads = [...assign(given).values()].map(({ size }) => size);
          expect(Math.max(...loads) - Math.min(...loads)).to.be.at.most(1);
        }),
      );
    });
  });
}

describe('the assignor uniform', () => {
  const uniform = (given: AssignmentInput): Assignment => assignors.get('uniform')?.(given) ?? new Map();

  it('leaves each member what it has when the last one leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.nat({ max: 20 }), (members, count) => {
        const all = Array.from({ length: members }, () => ['orders']);
        const before = uniform(input(all, [count]));
        const after = uniform(input(all.slice(1), [count], before));
        for (const [memberId, keys] of after) expect([...keys]).to.include.members([...(before.get(memberId) ?? [])]);
      }),
    );
  });

  it('assigns a thousand partitions to a thousand members', () => {
    const all = Array.from({ length: 1_000 }, () => ['orders']);
    expect([...uniform(input(all, [1_000])).values()].every(({ size }) => size === 1)).to.equal(true);
  });
});
