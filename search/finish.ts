import { blockedPartitions } from './engine.ts';
import { currentPlace, describeRecord, type LedgerRecord } from './ledger.ts';
import type { Scene } from './scene.ts';

// Milliseconds without anything happening, after which nothing is expected any more.
const stillness = 3_000;
const stillnessAfterRestart = 1_500;
// In all, as an engine may go round in circles.
const patience = 8_000;

/**
 * Heals everything, waits until the group has done all that it has to, and ends it. What is not done then is given to a member
 * that begins afresh: what not even that one gets is lost.
 */
export async function finish(scene: Scene): Promise<void> {
  const { journal, handlers } = scene;
  handlers.end();
  scene.expireKilled();
  if (scene.running.length === 0) await scene.join();
  for (const { subscription } of scene.running) subscription.resume();
  await untilStill(scene, stillness);
  const undelivered = owed(scene);
  if (undelivered.length > 0) journal.wrong('undelivered', `${describeAll(undelivered)} at the end; ${states(scene)}`);
  await drainAll(scene);
  if (undelivered.length > 0) {
    await scene.join();
    await untilStill(scene, stillnessAfterRestart);
    const lost = owed(scene);
    // Where health says that something is wrong, the records are still there.
    const kind = scene.running.every(({ subscription }) => subscription.health().ok) ? 'lost' : 'undelivered';
    if (lost.length > 0) journal.wrong(kind, `${describeAll(lost)} also after a restart; ${states(scene)}`);
    await drainAll(scene);
  }
  await checkSpans(scene);
}

/** What has to be done and is not, but for what waits behind a record that rightly blocks its partition. */
function owed({ ledger, running }: Scene): readonly LedgerRecord[] {
  const pending = ledger.pending();
  const blocks = running.flatMap(({ subscription }) => blockedPartitions(subscription));
  const rightful = blocks.filter(
    ({ topic, partition, offset, reason }) =>
      reason === 'no_dead_letters' &&
      pending.some(
        (record) => record.fate === 'poison' && isIn(record, topic, partition) && currentPlace(record).offset === Number(offset),
      ),
  );
  return pending.filter(
    (record) =>
      !rightful.some(({ topic, partition, offset }) => isIn(record, topic, partition) && currentPlace(record).offset >= Number(offset)),
  );
}

function isIn(record: LedgerRecord, topic: string, partition: number): boolean {
  const at = currentPlace(record);
  return at.topic === topic && at.partition === partition;
}

async function untilStill(scene: Scene, ms: number): Promise<void> {
  const { journal } = scene;
  const end = performance.now() + patience;
  for (let before = -1; before !== journal.entries.length && performance.now() < end;) {
    before = journal.entries.length;
    await journal.until(() => owed(scene).length === 0 || journal.entries.length > before, ms);
    if (owed(scene).length === 0) return;
  }
}

async function drainAll(scene: Scene): Promise<void> {
  await Promise.all(scene.running.map((member) => scene.drain(member, { grace: 100, timeout: 1_000 })));
}

async function checkSpans({ journal, members, handlers, beside }: Scene): Promise<void> {
  const left = members.filter(({ wasKilled }) => !wasKilled);
  await journal.until(() => handlers.inFlight === 0, 1_000);
  await Promise.all(beside);
  if (await journal.until(() => left.every(({ openSpans }) => openSpans === 0), 1_000)) return;
  for (const { name, openSpans } of left) if (openSpans > 0) journal.wrong('spans', `${openSpans} spans of ${name} have not ended`);
}

function describeAll(records: readonly LedgerRecord[]): string {
  const named = records.slice(0, 3).map(describeRecord).join(', ');
  return `not done: ${named}${records.length > 3 ? ` and ${records.length - 3} more` : ''}`;
}

function states({ running }: Scene): string {
  const all = running.map(({ name, subscription }) => {
    const { ok, state, stopped } = subscription.health();
    return `${name} is ${state}, ${ok ? 'ok' : 'not ok'}${stopped.map(({ reason }) => `, ${reason}`).join('')}`;
  });
  return all.length === 0 ? 'no member runs' : all.join('; ');
}
