import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { outcomeOf, type Outcome } from './ledger.ts';
import { messagesOf, type SentMessage } from './message.ts';
import type { Mutant } from './mutants.ts';
import { readValues } from './read-values.ts';
import type { Row } from './row.ts';
import { Scene } from './scene.ts';
import { sendMessages } from './send-messages.ts';
import { watchCommits } from './watch-commits.ts';

/** How a row is run. */
export interface RunOptions {
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** What its members do wrong on purpose. */
  readonly mutant: Mutant | undefined;
}

// Milliseconds in which everything has to be committed once the fault is over.
const patience = 180_000;

/** Sends a row's messages, lets its fault happen, and waits until the group has committed everything. */
export async function runRow(row: Row, cluster: Cluster, { signal, say, mutant }: RunOptions): Promise<Outcome> {
  const { partitions, count } = row.traffic;
  const topic = `chaos-${row.name}`;
  const scene = new Scene({ cluster, topic, groupId: row.name, count }, { usual: { ...row.member, mutant }, signal, say });
  const retryTopics = (row.member?.retryTiers ?? []).map((tier) => `${topic}.${scene.groupId}.retry.${tier}`);
  const names = [topic, scene.deadLetterTopic, ...retryTopics];
  await cluster.admin.createTopics({ topics: names.map((name) => ({ topic: name, numPartitions: partitions })), waitForLeaders: false });
  await cluster.whole(signal, names);
  const sent = messagesOf(row.traffic);
  await sendMessages(cluster.kafka, topic, sent, row.traffic.batch ?? 36);

  const stopWatch = new AbortController();
  const watching = watchCommits({
    admin: cluster.admin,
    groupId: scene.groupId,
    topic,
    ends: new Map(sent.map(({ partition, offset }) => [partition, offset + 1])),
    retryTopics,
    saw: (position) => scene.saw(position),
    signal: AbortSignal.any([signal, stopWatch.signal]),
  });
  watching.catch(() => {});
  try {
    try {
      await row.fault(scene);
    } catch (error) {
      signal.throwIfAborted();
      scene.violations.push(`the fault did not come to its end: ${error instanceof Error ? error.message : String(error)}`);
      await cluster.mend();
    }
    say('over; waiting for the rest');
    const everything = await Promise.race([watching, pause(patience, 'too late' as const, { signal: stopWatch.signal })]);
    if (everything === 'too late') scene.violations.push(`not everything was committed ${patience / 1_000} s after the fault`);
    for (const one of scene.members) if (one.isAlive) await one.drain();
  } finally {
    stopWatch.abort();
    await watching.catch(() => {});
    await Promise.allSettled(scene.members.map((one) => one.kill()));
  }
  await cluster.whole(signal);
  const dead = (await readValues(cluster, scene.deadLetterTopic, signal)).map((value) => (JSON.parse(value) as SentMessage).index);
  const outcome = outcomeOf(sent, scene.entries, dead);
  const violations = [...scene.violations, ...outcome.violations];
  if (outcome.needless > 0 && row.hasZombies !== true)
    violations.push(`${outcome.needless} messages were begun again after they were committed`);
  const unexpected = row.expects?.(outcome, scene);
  if (unexpected !== undefined) violations.push(unexpected);
  return { ...outcome, violations };
}
