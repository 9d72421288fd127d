import { blockedPartitions, type BlockedPartition } from './engine.ts';
import { loadTime } from '../judge/load-clock.ts';
import { currentPlace, describeRecord, type LedgerRecord } from '../judge/ledger.ts';
import type { Scene } from './scene.ts';
import { group } from '../plan/topic-names.ts';

// Milliseconds without an event, after which none is expected any more.
const stillness = 3_000;
const stillnessAfterRestart = 1_500;
// Without progress, as an engine may run in circles.
const patience = 8_000;

/**
 * Ends all faults, waits until the group has done everything that it must, and ends it. A new member then gets the
 * unfinished records: what not even that one gets is lost.
 */
export async function finish(scene: Scene): Promise<void> {
  const { journal, handlers } = scene;
  scene.heal();
  handlers.end();
  scene.expireKilled();
  if (scene.running.length === 0) await scene.join();
  for (const member of scene.running) member.resume();
  await untilStill(scene, stillness);
  const undelivered = owed(scene);
  if (undelivered.length > 0) journal.wrong('undelivered', `${describeAll(undelivered)} at the end; ${states(scene)}`);
  await drainAll(scene);
  if (undelivered.length > 0) {
    const before = journal.entries.length;
    await scene.join();
    await untilStill(scene, stillnessAfterRestart);
    const left = owed(scene);
    // A member that runs in circles before a record has not passed it.
    const begun = new Set(journal.entries.slice(before).flatMap((entry) => (entry.kind === 'begun' ? entry.id : [])));
    const stuck = [...blocksOf(scene), ...left.filter(({ id }) => begun.has(id)).map(currentPlace)];
    const lost = left.filter((record) => !stuck.some(({ topic, partition }) => isIn(record, topic, partition)));
    if (lost.length > 0) journal.wrong('lost', `${describeAll(lost)} also after a restart; ${states(scene)}`);
    else if (left.length > 0) journal.wrong('undelivered', `${describeAll(left)} also after a restart; ${states(scene)}`);
    await drainAll(scene);
  }
  await checkSpans(scene);
}

function blocksOf({ running }: Scene): readonly BlockedPartition[] {
  return running.flatMap(({ subscription }) => blockedPartitions(subscription));
}

/**
 * Unfinished records that the group must handle, except those in a partition that a poison record rightly blocks: with several concurrent
 * keys also those before that record, as long as no commit has passed them.
 */
function owed(scene: Scene): readonly LedgerRecord[] {
  const pending = scene.ledger.pending();
  const rightful = rightfulBlocks(scene);
  const commits = scene.broker.group(group).committedOffsets();
  return pending.filter((record) => {
    const commit = commits.find(({ topic, partition }) => isIn(record, topic, partition))?.offset ?? 0;
    const isPassed = commit > currentPlace(record).offset;
    return isPassed || !rightful.some(({ topic, partition }) => isIn(record, topic, partition));
  });
}

function rightfulBlocks(scene: Scene): readonly BlockedPartition[] {
  const poison = scene.ledger.unfinished().filter(({ fate }) => fate === 'poison');
  return blocksOf(scene).filter(
    ({ topic, partition, offset, reason }) =>
      reason === 'no_dead_letters' &&
      poison.some((record) => isIn(record, topic, partition) && currentPlace(record).offset === Number(offset)),
  );
}

function isIn(record: LedgerRecord, topic: string, partition: number): boolean {
  const at = currentPlace(record);
  return at.topic === topic && at.partition === partition;
}

async function untilStill(scene: Scene, ms: number): Promise<void> {
  const { journal } = scene;
  let left = owed(scene).length;
  let end = loadTime() + patience;
  for (let before = -1; (before !== journal.entries.length || isRecovering(scene)) && loadTime() < end;) {
    before = journal.entries.length;
    await journal.until(() => owed(scene).length === 0 || journal.entries.length > before, ms);
    const now = owed(scene).length;
    if (now === 0) return;
    if (now < left) end = loadTime() + patience;
    left = Math.min(left, now);
    resumeWronglyBlocked(scene);
  }
}

const waitsForUser: ReadonlySet<string> = new Set(['no_dead_letters', 'classified']);

/** A batch that was in process during the resume may end later with a record that failed before the faults ended. */
function resumeWronglyBlocked(scene: Scene): void {
  const rightful = rightfulBlocks(scene);
  for (const member of scene.running)
    if (blockedPartitions(member.subscription).some((block) => waitsForUser.has(block.reason) && !isAmong(block, rightful)))
      member.resume();
}

function isAmong({ topic, partition }: BlockedPartition, blocks: readonly BlockedPartition[]): boolean {
  return blocks.some((each) => each.topic === topic && each.partition === partition);
}

/** Whether a member reports that it waits for its client or for the broker, which both take time to retry. */
function isRecovering({ running }: Scene): boolean {
  return running.some(({ subscription }) => {
    const { state, blocked } = subscription.health();
    return state === 'starting' || blocked.some(({ reason }) => reason === 'position_unknown');
  });
}

async function drainAll(scene: Scene): Promise<void> {
  await Promise.all(scene.running.map((member) => scene.drain(member, { grace: 100, timeout: 1_000 })));
}

async function checkSpans(scene: Scene): Promise<void> {
  const { journal, members, handlers, beside } = scene;
  const left = members.filter(({ wasKilled }) => !wasKilled);
  await journal.until(() => handlers.inFlight === 0, 1_000);
  await scene.inTime(Promise.all(beside), 5_000, () => 'the work beside the steps');
  if (await journal.until(() => left.every(({ openSpans }) => openSpans === 0), 1_000)) return;
  for (const { name, openSpans } of left) if (openSpans > 0) journal.wrong('spans', `${openSpans} spans of ${name} have not ended`);
}

function describeAll(records: readonly LedgerRecord[]): string {
  const named = records.slice(0, 3).map(describeRecord).join(', ');
  return `not done: ${named}${records.length > 3 ? ` and ${records.length - 3} more` : ''}`;
}

function states({ running }: Scene): string {
  const all = running.map(({ name, subscription }) => {
    const { ok, state, blocked } = subscription.health();
    return `${name} is ${state}, ${ok ? 'ok' : 'not ok'}${blocked.map(({ reason, topic, partition, offset }) => `, ${reason} at ${topic}/${partition}@${offset}`).join('')}`;
  });
  return all.length === 0 ? 'no member runs' : all.join('; ');
}
