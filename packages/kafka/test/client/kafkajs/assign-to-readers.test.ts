import fc from 'fast-check';
import { expect } from 'chai';
import { AssignerProtocol, PartitionAssigners, type Assigner, type GroupMemberAssignment, type PartitionAssigner } from 'kafkajs';
import { assignToReaders } from '../../../src/client/kafkajs/assign-to-readers.ts';

const { MemberMetadata, MemberAssignment } = AssignerProtocol;

describe('the assignor of members by kafkajs', () => {
  const topics = ['a', 'b', 'ç'] as const;

  /** An assignor in a leader, and a coordinator that knows the topics. */
  function inLeader(assignor: PartitionAssigner, counts: ReadonlyMap<string, number>): Assigner {
    const partitionsOf = (topic: string) => Array.from({ length: counts.get(topic) as number }, (_, partitionId) => ({ partitionId }));
    const metadata = async ([topic]: [string]) => ({ topicMetadata: [{ topic, partitionMetadata: partitionsOf(topic) }] });
    const cluster = { findTopicPartitionMetadata: partitionsOf, findGroupCoordinator: async () => ({ metadata }) };
    return assignor({ cluster, groupId: 'g' } as never);
  }

  const ofReaders = (counts: ReadonlyMap<string, number>): Assigner =>
    inLeader(
      assignToReaders(() => expect.fail('all topics are known')),
      counts,
    );

  const membersOf = (subscribed: readonly (readonly string[])[], assigner: Assigner) =>
    subscribed.map((each, index) => ({
      memberId: `member ${index}`,
      memberMetadata: assigner.protocol({ topics: [...each] }).metadata,
    }));

  const decoded = (assignments: readonly GroupMemberAssignment[]) =>
    new Map(assignments.map(({ memberId, memberAssignment }) => [memberId, { ...MemberAssignment.decode(memberAssignment)?.assignment }]));

  const counts = fc
    .tuple(fc.nat(7), fc.nat(7), fc.nat(7))
    .map((numbers) => new Map(topics.map((topic, i) => [topic as string, numbers[i] as number])));
  const subscriptions = fc.array(fc.subarray([...topics], { minLength: 1 }), { minLength: 1, maxLength: 5 });

  it('writes what kafkajs’ own decodes', () => {
    const { name, metadata } = ofReaders(new Map()).protocol({ topics: [...topics] });
    const own = inLeader(PartitionAssigners.roundRobin, new Map()).protocol({ topics: [...topics] });
    expect({ name, metadata }).to.deep.equal(own);
    expect(MemberMetadata.decode(metadata)).to.deep.equal({ version: 0, topics: [...topics], userData: Buffer.alloc(0) });
  });

  it('gives each partition of a topic to one member that reads it, and no member more than one more than another', async () => {
    await fc.assert(
      fc.asyncProperty(subscriptions, counts, async (subscribed, partitions) => {
        const assigner = ofReaders(partitions);
        const assigned = decoded(await assigner.assign({ members: membersOf(subscribed, assigner), topics: subscribed[0] as string[] }));
        for (const topic of topics) {
          const shares = subscribed.flatMap((each, i) => (each.includes(topic) ? [assigned.get(`member ${i}`)?.[topic] ?? []] : []));
          const all = [...assigned.values()].flatMap((assignment) => assignment[topic] ?? []);
          expect(all.length, 'in no other member').to.equal(shares.flat().length);
          if (shares.length === 0) continue;
          expect(shares.flat().toSorted((a, b) => a - b)).to.deep.equal(
            Array.from({ length: partitions.get(topic) as number }, (_, partition) => partition),
          );
          const sizes = shares.map(({ length }) => length);
          expect(Math.max(...sizes) - Math.min(...sizes)).to.be.at.most(1);
        }
      }),
    );
  });

  it('assigns as kafkajs’ own does when all members read the same topics', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...topics], { minLength: 1 }),
        fc.integer({ min: 1, max: 5 }),
        counts,
        async (read, size, partitions) => {
          const assigner = ofReaders(partitions);
          const group = { members: membersOf(Array<string[]>(size).fill(read), assigner), topics: read as string[] };
          const own = decoded(await inLeader(PartitionAssigners.roundRobin, partitions).assign(group));
          const ours = decoded(await assigner.assign(group));
          for (const { memberId } of group.members) expect(ours.get(memberId) ?? {}).to.deep.equal(own.get(memberId) ?? {});
        },
      ),
    );
  });
});
