import { writtenMetadata, type AdminPort, type PartitionEnds } from '../../client/port/admin.ts';
import { highWatermarks } from '../../client/port/high-watermarks.ts';
import { decodeEntry, type ProgressEntry, type Selection } from './progress-entry.ts';

/** A group of replays whose commits are asked for. */
export interface ReplayGroup {
  readonly id: string;
  /** What a commit without our metadata stands for; `undefined`: nothing. */
  readonly plain: Selection | undefined;
}

/** What a group stands for that an operator has moved by hand, or that committed before filters were kept. */
export const everything: Selection = { filter: {}, maxReplays: Number.MAX_SAFE_INTEGER };

type Entry = ProgressEntry & Selection;

/** By partition. */
type Entries = ReadonlyMap<number, Entry>;

/**
 * How far the replays of each group have come, by partition. An entry of another topic of the same name, which was deleted since, is none.
 *
 * @param ends of the topic: ask for them first, as kafkajs knows no other topics
 */
export async function entriesOf(
  admin: AdminPort,
  topic: string,
  ends: readonly PartitionEnds[],
  groups: readonly ReplayGroup[],
): Promise<readonly Entries[]> {
  const found: Entries[] = [];
  for (const group of groups) found.push(await committedEntries(admin, topic, ends, group));
  const earlier = await ofEarlierLog(admin, topic, ends, found);
  return found.map((entries) => new Map([...entries].filter(([, entry]) => !earlier.has(entry))));
}

async function committedEntries(admin: AdminPort, topic: string, ends: readonly PartitionEnds[], group: ReplayGroup): Promise<Entries> {
  const [committed] = await admin.fetchOffsets({ groupId: group.id, topics: [topic] });
  const commits = committed?.partitions ?? [];
  const offsets = new Map(commits.map(({ partition, offset }) => [partition, BigInt(offset)]));
  const watermarks = await highWatermarks(admin, topic, ends, offsets);
  const entries = new Map<number, Entry>();
  for (const commit of commits) {
    const { partition } = commit;
    const position = BigInt(commit.offset);
    const end = watermarks.get(partition);
    // A commit beyond the end is of an earlier topic of this name.
    if (position < 0n || end === undefined || position > end) continue;
    const plain = group.plain && { position, unsent: [], latest: undefined, ...group.plain };
    const entry = decodeEntry(position, writtenMetadata(commit)) ?? plain;
    if (entry !== undefined) entries.set(partition, entry);
  }
  return entries;
}

/** An entry of which it is to be told whether the first record of its partition is later than all that it has seen. */
interface Question {
  readonly entry: Entry;
  readonly partition: number;
  /** The partition's first offset. */
  readonly low: string;
  /** Milliseconds since the epoch: the first that is later. */
  readonly from: number;
}

/**
 * The entries of an earlier log. All below an entry's position was seen: when the first record there is later than all of that, it is of
 * another log.
 *
 * A request asks for all partitions at one time. Where its answer is not the first record, none of a later time is; where it is, so it
 * is for every earlier time. So the earliest time alone clears the entries of a log that is still there, as a rule, and the latest finds
 * those of one that is not: in turns, they tell of many groups by few requests.
 */
async function ofEarlierLog(
  admin: AdminPort,
  topic: string,
  ends: readonly PartitionEnds[],
  groups: readonly Entries[],
): Promise<ReadonlySet<Entry>> {
  const earlier = new Set<Entry>();
  const lows = new Map(ends.map(({ partition, low }) => [partition, low]));
  let open = groups.flatMap((entries) => [...entries].flatMap(([partition, entry]) => questionOf(entry, partition, lows.get(partition))));
  for (let isFirst = true; open.length > 0; isFirst = !isFirst) {
    const time = open.map(({ from }) => from).reduce((one, other) => (isFirst ? Math.min(one, other) : Math.max(one, other)));
    const offsets = new Map((await admin.fetchTopicOffsetsByTimestamp(topic, time)).map(({ partition, offset }) => [partition, offset]));
    open = open.filter(({ entry, partition, low, from }) => {
      const isLater = offsets.get(partition) === low;
      if (isLater && from <= time) earlier.add(entry);
      return isLater ? from > time : from < time;
    });
  }
  return earlier;
}

function questionOf(entry: Entry, partition: number, low: string | undefined): readonly Question[] {
  // Nothing that it has seen is left: offsets go on in the same log.
  if (entry.latest === undefined || low === undefined || entry.position <= BigInt(low)) return [];
  return [{ entry, partition, low, from: entry.latest + 1 }];
}
