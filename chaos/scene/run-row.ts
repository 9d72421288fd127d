import type { Cluster } from '../brokers/cluster.ts';
import { outcomeOf, sumOf, type Outcome } from '../judge/ledger.ts';
import { clients, type ClientName } from '../members/clients/clients.ts';
import type { Member } from '../members/member.ts';
import type { Mutant } from '../members/mutants.ts';
import { readDeadLetters } from './operator.ts';
import { Skipped, type Place, type Row } from './row.ts';
import { Scene } from './scene.ts';

/** The settings of a run. */
export interface RunOptions {
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** The error that its members make on purpose. */
  readonly mutant: Mutant | undefined;
  /** The client library of its members. */
  readonly client: ClientName;
}

// Milliseconds in which everything must be committed once the fault is over.
const patience = 180_000;

/**
 * Sends a row's messages, causes its fault, and waits until the group has committed everything.
 *
 * @throws {Skipped} when this machine lacks what the fault needs
 */
export async function runRow(row: Row, cluster: Cluster, { signal, say, mutant, client }: RunOptions): Promise<Outcome> {
  if (row.causes === 'crashed' && !clients[client].canCrash)
    throw new Skipped(`a member on ${clients[client].title} joins again by itself`);
  const place = row.place ?? { topic: `chaos-${row.name}`, groupId: row.name };
  // Both ends, so that names that are equal by design stay equal.
  const sceneAt = ({ topic, groupId }: Place): Scene =>
    new Scene(
      { cluster, topic: `${client}-${topic}`, groupId: `${groupId}-${client}` },
      { usual: { ...row.member, mutant, client }, signal, say },
    );
  const scene = sceneAt(place);
  const neighbour = row.neighbour && sceneAt(row.neighbour);
  const scenes = neighbour === undefined ? [scene] : [scene, neighbour];
  const names = [...new Set(scenes.flatMap(({ topic, deadLetterTopic, retryTopics }) => [topic, deadLetterTopic, ...retryTopics]))];
  const { partitions } = row.traffic;
  await cluster.admin.createTopics({ topics: names.map((name) => ({ topic: name, numPartitions: partitions })), waitForLeaders: false });
  await cluster.whole(signal, names);
  for (const one of scenes) await one.send(row.traffic);

  const stopWatch = new AbortController();
  const watching = Promise.all(scenes.map(({ commits }) => commits.run(AbortSignal.any([signal, stopWatch.signal]))));
  const members = (): readonly Member[] => scenes.flatMap((one) => one.members);
  try {
    try {
      await row.fault(scene, neighbour);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Skipped) throw error;
      scene.violations.push(`the fault did not end: ${error instanceof Error ? error.message : String(error)}`);
      await cluster.recover();
    }
    say('over; waiting for the rest');
    try {
      await Promise.all(scenes.map(({ commits }) => commits.caughtUp(signal, patience)));
      say('everything is committed');
    } catch {
      signal.throwIfAborted();
      scene.violations.push(`not everything was committed ${patience / 1_000} s after the fault`);
    }
    for (const one of members()) if (one.isAlive) await one.drain();
  } finally {
    stopWatch.abort();
    await watching;
    await Promise.allSettled(members().map((one) => one.kill()));
  }
  await cluster.whole(signal);
  const outcome = sumOf(await Promise.all(scenes.map((one) => judge(row, one))));
  const unexpected = row.expects?.(outcome, scene);
  return unexpected === undefined ? outcome : { ...outcome, violations: [...outcome.violations, unexpected] };
}

async function judge(row: Row, scene: Scene): Promise<Outcome> {
  const dead = [...scene.deletedDeadLetters, ...(await readDeadLetters(scene))];
  const entries = scene.entries.filter(({ kind }) => kind !== row.causes);
  const outcome = outcomeOf(scene.sent, entries, dead);
  const violations = [...scene.violations, ...outcome.violations];
  if (outcome.needless > 0) violations.push(`${outcome.needless} messages started again after they were committed`);
  return { ...outcome, violations };
}
