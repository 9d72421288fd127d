import { doneRanges } from '../judge/done-ranges.ts';
import type { CommittedPosition } from '../judge/journal.ts';
import { LoneCluster } from '../brokers/lone-cluster.ts';
import type { Member } from '../members/member.ts';
import type { ChaosMessage, SentMessage } from '../judge/message.ts';
import { MirrorMaker } from '../scene/mirror-maker.ts';
import { removeBelow } from '../scene/operator.ts';
import { readRecords } from '../scene/read-records.ts';
import type { Row } from '../scene/row.ts';
import type { Scene } from '../scene/scene.ts';

const keys = 12;
const partitions = 3;
const traffic = { keys, partitions };

/** The logs that the topic's name stands for: on the cluster that dies, and in its mirror. */
const [first, second] = [0, 1];

// They are in the mirror's log before the mirror starts; and handled and removed on the first cluster by then. So offset 40 there
// is 12 in the mirror, or 52, or 40, by partition.
const own = 12 * partitions;
const removed = new Map([
  [0, 40],
  [2, 12],
]);
// The messages of one fetch. Two keys of the first partition and one of the second are stuck near the end; the third has none.
const last = 480;
const stuckAt = [372, 399, 382];
// MirrorMaker knows the offset of little more than the last record of a batch: commits are translated to one of those.
const portions = 4;

/** Faults of a group whose cluster is lost, and that continues where MirrorMaker has copied its topic to. */
export const failoverRows: readonly Row[] = [
  failover({
    name: 'mirror-failover',
    title: 'keys are stuck on a cluster that dies; the group continues in its mirror, where offsets differ, and comes back',
    syncsCommits: true,
  }),
  failover({
    name: 'mirror-without-commits',
    title: 'the same; the mirror copies no commits, an operator sets that of one partition, and the group would start at the end',
    syncsCommits: false,
  }),
];

function failover({ name, title, syncsCommits }: Pick<Row, 'name' | 'title'> & { readonly syncsCommits: boolean }): Row {
  return {
    name,
    title,
    traffic: { ...traffic, count: 0 },
    // All of a partition in one batch: others are handled beyond the stuck ones.
    member: { fetchBytes: 1_000_000 },
    fault: async (scene) => {
      const { cluster, topic, groupId, signal } = scene;
      await using mirror = await MirrorMaker.get(signal);
      await using lost = await LoneCluster.startBeside(cluster, signal);
      await using end = new AsyncDisposableStack();
      // In every case: the first cluster is gone then.
      end.defer(() => scene.goTo(cluster, second));
      const early = await makeLogsDiffer(scene, lost);
      scene.say('the mirror starts');
      await mirror.start({ from: lost, to: cluster, topic, groupId, syncsCommits });
      const areCommitsThere = async (): Promise<boolean> => {
        // MirrorMaker translates no commit that is older than its copies.
        await scene.send({ ...traffic, count: keys });
        return (await commitsIn(scene)).size === partitions;
      };
      if (syncsCommits) await mirror.until(areCommitsThere, 'Commits of all partitions are in the mirror', signal);
      await scene.caughtUp();
      await early.drain();

      const member = await getStuck(scene, () => mirror.until(() => areCopied(scene, lost), 'All messages are in the mirror', signal));
      const sayWhatIsDone = async (): Promise<boolean> => {
        const commits = await commitsIn(scene);
        return [0, 1].some((partition) => doneRanges('0', commits.get(partition)?.metadata ?? null).length > 0);
      };
      if (syncsCommits) await mirror.until(sayWhatIsDone, 'Commits in the mirror say what is done beyond them', signal);
      scene.say('the first cluster dies');
      await lost.node.kill();
      await member.kill();
      await mirror.kill();

      await scene.goTo(cluster, second, await copiesIn(scene));
      if (!syncsCommits) await setCommit(scene);
      await goOn(scene);
      scene.say('the first cluster comes back');
      await lost.comeBack(signal);
      await scene.goTo(lost, first);
      await scene.send({ ...traffic, count: 60 });
      const back = await scene.join();
      await scene.caughtUp();
      await back.drain();
    },
  };
}

/** Writes into both logs, and removes handled messages from the first. @returns the member that handled them */
async function makeLogsDiffer(scene: Scene, lost: LoneCluster): Promise<Member> {
  const { cluster, topic } = scene;
  await scene.goTo(cluster, second);
  await scene.send({ ...traffic, count: own });
  // Their positions in the group are the mirror's own, which knows nothing of them.
  scene.excuse(scene.sent);
  await scene.goTo(lost, first);
  await lost.admin.createTopics({ topics: [{ topic, numPartitions: partitions }] });
  await scene.send({ ...traffic, count: 180 });
  const member = await scene.join();
  await scene.caughtUp();
  await removeBelow(lost, topic, removed);
  return member;
}

/** Makes a member handle all but the stuck messages and those behind them. @param sent called after each portion of its messages */
async function getStuck(scene: Scene, sent: () => Promise<void>): Promise<Member> {
  const stuck = stuckAt.map((index) => scene.sent.length + index);
  for (let portion = 0; portion < portions; portion++) {
    await scene.send({ ...traffic, count: last / portions });
    await sent();
  }
  const member = await scene.join({ stuck });
  const waiting = scene.sent.filter(({ index }) => stuck.some((one) => index >= one && (index - one) % keys === 0));
  await scene.done(scene.sent.length - own - waiting.length);
  return member;
}

/** The group handles the mirror: everything that was not handled, and no more of the rest than its commits leave open. */
async function goOn(scene: Scene): Promise<void> {
  const commits = await commitsIn(scene);
  const before = handledIn(scene);
  const open = scene.copies.filter(({ index, partition, offset }) => {
    return before.includes(index) && offset >= Number(commits.get(partition)?.offset ?? 0);
  });
  // A new group would start at the end; this one has commits, though not of its own.
  const member = await scene.join({ fromBeginning: false });
  await scene.send({ ...traffic, count: 60 });
  await scene.caughtUp();
  await member.drain();
  const handled = handledIn(scene);
  const repeated = handled.length - new Set(handled).size;
  scene.say(`${repeated} of ${scene.copies.length} were repeated in the mirror; its commits left ${open.length} open`);
  const missing = scene.copies.filter(({ index }) => !handled.includes(index));
  if (missing.length > 0) scene.violations.push(`${missing.length} messages were lost in the mirror`);
  if (repeated > open.length) scene.violations.push(`${repeated} messages were repeated in the mirror, where ${open.length} were open`);
}

function handledIn({ entries }: Scene): readonly number[] {
  return entries.flatMap((entry) => (entry.kind === 'finished' ? [entry.index] : []));
}

/** Whether both logs have the same messages, except the mirror's own. */
async function areCopied({ cluster, topic }: Scene, lost: LoneCluster): Promise<boolean> {
  const [from, to] = await Promise.all([lost, cluster].map(({ admin }) => admin.fetchTopicOffsets(topic)));
  const count = (ends: typeof from): number => (ends ?? []).reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  return count(to) === own + count(from);
}

/** What the mirror has written, after the existing messages. */
async function copiesIn({ cluster, topic, signal, sent }: Scene): Promise<readonly SentMessage[]> {
  const records = await readRecords(cluster, topic, signal);
  return records.flatMap(({ partition, offset, value }) => {
    const message = sent[(JSON.parse(value ?? '') as ChaosMessage).index] as SentMessage;
    return message.incarnation === second ? [] : [{ ...message, partition, offset, incarnation: second }];
  });
}

/** The group's commits in the mirror, by partition. */
async function commitsIn({ cluster, groupId, topic }: Scene): Promise<ReadonlyMap<number, CommittedPosition>> {
  const [found] = await cluster.admin.fetchOffsets({ groupId, topics: [topic] });
  const there = (found?.partitions ?? []).filter(({ offset }) => Number(offset) >= 0);
  return new Map(there.map((commit) => [commit.partition, commit]));
}

/** Commits as an operator does who knows the group's position in the first partition only. */
async function setCommit(scene: Scene): Promise<void> {
  const { cluster, topic, groupId } = scene;
  const handled = handledIn(scene);
  const open = scene.copies.find(({ index, partition }) => partition === 0 && !handled.includes(index));
  await cluster.admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: String(open?.offset) }] });
}
