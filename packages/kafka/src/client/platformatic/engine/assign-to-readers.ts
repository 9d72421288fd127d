/** What an assignor of this client is given of a member, and of a topic. */
type Members = ReadonlyMap<string, { readonly topics?: readonly string[] }>;
interface Topics {
  readonly topics: ReadonlyMap<string, { readonly partitionsCount: number }>;
}

interface MemberAssignment {
  readonly memberId: string;
  readonly assignments: Map<string, { readonly topic: string; readonly partitions: number[] }>;
}

/**
 * The client's round robin, for members that read different topics. Its own (2.12.1) assigns the topics of the leader to all members, so that
 * nobody reads those that the leader does not, nor the partitions that members get of topics which they do not read.
 */
export function assignToReaders(_leader: string, members: Members, _topics: ReadonlySet<string>, metadata: Topics): MemberAssignment[] {
  const assigned = [...members.keys()].map((memberId): MemberAssignment => ({ memberId, assignments: new Map() }));
  let turn = 0;
  for (const [topic, { partitionsCount }] of metadata.topics) {
    const readers = assigned.filter(({ memberId }) => members.get(memberId)?.topics?.includes(topic));
    if (readers.length === 0) continue;
    for (let partition = 0; partition < partitionsCount; partition++) {
      const { assignments } = readers[turn++ % readers.length] as MemberAssignment;
      const known = assignments.get(topic);
      if (known === undefined) assignments.set(topic, { topic, partitions: [partition] });
      else known.partitions.push(partition);
    }
  }
  return assigned;
}
