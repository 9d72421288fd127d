import fc from 'fast-check';
import { expect } from 'chai';
import { assignToReaders } from '../../../../src/client/platformatic/engine/assign-to-readers.ts';

describe('assignToReaders', () => {
  const topics = ['a', 'b', 'c'] as const;

  it('gives each partition of a topic that is read to one member that reads it, and no member more than one more than another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.subarray([...topics], { minLength: 1 }), { minLength: 1, maxLength: 5 }),
        fc.tuple(fc.nat(7), fc.nat(7), fc.nat(7)),
        (read, counts) => {
          const members = new Map(read.map((each, index) => [`member ${index}`, { topics: each }]));
          const metadata = { topics: new Map(topics.map((topic, index) => [topic, { partitionsCount: counts[index] as number }])) };
          const assigned = assignToReaders('member 0', members, new Set(read[0]), metadata);
          const places = assigned.flatMap(({ memberId, assignments }) =>
            [...assignments.values()].flatMap(({ topic, partitions }) => partitions.map((partition) => ({ memberId, topic, partition }))),
          );
          const readTopics = topics.filter((topic) => read.some((each) => each.includes(topic)));
          const expected = readTopics.flatMap((topic) =>
            Array.from({ length: counts[topics.indexOf(topic)] as number }, (_, partition) => `${topic} ${partition}`),
          );
          expect(places.map(({ topic, partition }) => `${topic} ${partition}`).toSorted()).to.deep.equal(expected.toSorted());
          for (const { memberId, topic } of places) expect(members.get(memberId)?.topics).to.include(topic);
          for (const topic of readTopics) {
            const shares = [...members]
              .filter(([, member]) => member.topics.includes(topic))
              .map(([memberId]) => places.filter((place) => place.memberId === memberId && place.topic === topic).length);
            expect(Math.max(...shares) - Math.min(...shares)).to.be.at.most(1);
          }
        },
      ),
    );
  });
});
