// A member of the group, in a process of its own: it does what its messages say and tells its parent of everything.
import { setTimeout as pause } from 'node:timers/promises';
import { jsonCodec, subscribe } from '@tracelink/kafka';
import { tell, type Boundary } from './journal.ts';
import type { ChaosMessage } from './message.ts';
import type { MemberTask } from './member.ts';
import { mutated } from './mutants.ts';
import { startSpanCount } from './span-count.ts';
import { watchedKafka } from './watched-kafka.ts';

const task = JSON.parse(process.argv[2] ?? '') as MemberTask;
const spans = startSpanCount(task.mutant);
// Who has no parent any more has nobody to tell.
process.once('disconnect', () => process.exit(1));

const attemptsInPlace = 3;
/** How many attempts at a message fail. */
const failures: Readonly<Record<ChaosMessage['fate'], number>> = { fine: 0, flaky: 1, late: attemptsInPlace, poison: Infinity };

let passed = 0;
/** Stops the whole process at the moment that was asked for: no other line of it runs until it is killed. */
function at(boundary: Boundary): void {
  if (boundary !== task.holdAt?.boundary || ++passed < task.holdAt.nth) return;
  tell({ kind: 'boundary', name: boundary });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const { topic, groupId, brokers, mutant, retryTiers } = task;
const subscription = await subscribe(mutated(watchedKafka({ brokers, topic, at }), mutant), {
  groupId,
  topics: [topic],
  fromBeginning: true,
  codec: jsonCodec() as { decode(value: Buffer | null): Promise<ChaosMessage> },
  concurrency: { keys: task.keys, partitions: task.partitions },
  retry: { attempts: attemptsInPlace, backoff: { initial: 5, max: 500 } },
  ...(retryTiers.length > 0 && { retryTopics: { tiers: retryTiers } }),
  commitInterval: 50,
  drain: { grace: 500, timeout: 2_000 },
  consumer: {
    sessionTimeout: task.sessionTimeout,
    heartbeatInterval: task.sessionTimeout / 10,
    rebalanceTimeout: 6_000,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: task.fetchBytes,
  },
  // So that it is the subscription that tries again, not its client.
  producer: { retry: { initialRetryTime: 50, retries: 2 } },
  handler: async ({ value: { index, fate, work } }, { attempt }) => {
    at('before-handler');
    tell({ kind: 'begun', index, attempt });
    if (work > 0) await pause(work);
    if (attempt <= failures[fate]) throw new Error(`message ${index} is ${fate}`);
    tell({ kind: 'finished', index, attempt });
    at('handled');
  },
});
subscription.on('dead-letter', (record) => tellOf('dead-lettered', record));
subscription.on('retry-later', (message) => tellOf('put-off', message));
subscription.on('stopped', (partition) => tellOf('stopped', partition));
subscription.on('crash', (error) => tell({ kind: 'crashed', error: String(error) }));
tell({ kind: 'joined' });

process.once('message', () => void end());

function tellOf(
  kind: 'dead-lettered' | 'put-off' | 'stopped',
  place: { readonly topic: string; readonly partition: number; readonly offset: string },
): void {
  if (place.topic === topic) tell({ kind, partition: place.partition, offset: place.offset });
}

async function end(): Promise<void> {
  const { abandoned } = await subscription.drain();
  tell({ kind: 'ended', spansOpen: spans.open, abandoned: abandoned.length });
  process.exit(0);
}
