// A member of the group, in its own process: it follows its messages' instructions and reports everything to its parent.
import { setTimeout as pause } from 'node:timers/promises';
import { KafkaTracingError } from '@tracelink/kafka';
import { jsonCodec, subscribe, type Subscription } from '@tracelink/kafka/subscribe';
import { tell, type Boundary } from '../judge/journal.ts';
import type { ChaosMessage } from '../judge/message.ts';
import { clients } from './clients/clients.ts';
import type { Command, MemberTask } from './member.ts';
import { startSpanCount } from './span-count.ts';

const task = JSON.parse(process.argv[2] ?? '') as MemberTask;
const spans = startSpanCount(task.mutant);
// Without a parent there is no one to report to.
process.once('disconnect', () => process.exit(1));
// It continues, so that later events are visible, too.
process.on('uncaughtException', (error) => tell({ kind: 'uncaught', error: String(error) }));

const attemptsInPlace = 3;
/** The number of failing attempts at a message. */
const failures: Readonly<Record<ChaosMessage['fate'], number>> = { fine: 0, flaky: 1, late: attemptsInPlace, poison: Infinity };

// Milliseconds between two checks of `health()`.
const healthInterval = 20;

let passed = 0;
/** Stops the whole process at the requested moment: no other line of it runs until it is killed. */
function at(boundary: Boundary): void {
  if (boundary !== task.holdAt?.boundary || ++passed < task.holdAt.nth) return;
  tell({ kind: 'boundary', name: boundary });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const subscription = await join().catch((error: unknown) => {
  const code = error instanceof KafkaTracingError ? error.code : 'none';
  tell({ kind: 'refused', code, error: String(error) });
  return undefined;
});
process.on('message', (command: Command) => void (command === 'drain' ? end() : subscription?.resume()));

async function join(): Promise<Subscription<ChaosMessage>> {
  const { topic, groupId, brokers, mutant, retryDelays } = task;
  const client = await clients[task.client].load();
  const joined = await subscribe(client.clients({ brokers, topic, at, mutant }), {
    groupId,
    topics: [topic],
    fromBeginning: task.fromBeginning,
    codec: jsonCodec() as { decode(value: Buffer | null): Promise<ChaosMessage> },
    concurrency: { keys: task.keys, partitions: task.partitions },
    retry: { attempts: attemptsInPlace, backoff: { initial: 5, max: 500 } },
    ...(retryDelays.length > 0 && { retryTopics: { delays: retryDelays, ordering: task.isStrict ? 'strict' : 'relaxed' } }),
    ...(!task.deadLetters && { deadLetter: false }),
    commitInterval: 50,
    drain: { grace: 500, timeout: 2_000 },
    consumer: client.consumer(task),
    producer: client.producer,
    handler: async ({ value }, { attempt }) => {
      if (value.topic !== topic) return tell({ kind: 'foreign', topic: value.topic });
      const { index, fate, work } = value;
      at('before-handler');
      tell({ kind: 'begun', index, attempt });
      if (task.stuck.includes(index)) await new Promise(() => {});
      if (work > 0) await pause(work);
      if (attempt <= failures[fate]) throw new Error(`message ${index} is ${fate}`);
      tell({ kind: 'finished', index, attempt });
      at('handled');
    },
  });
  joined.on('dead-letter', (letter) => tellOf('dead-lettered', letter));
  joined.on('retry-later', (message) => tellOf('put-off', message));
  joined.on('blocked', (partition) => tellOf('stopped', partition));
  joined.on('crash', (error) => tell({ kind: 'crashed', error: String(error) }));
  tell({ kind: 'joined' });
  watchHealth(joined);
  return joined;
}

function tellOf(
  kind: 'dead-lettered' | 'put-off' | 'stopped',
  place: { readonly topic: string; readonly partition: number; readonly offset: string },
): void {
  if (place.topic === task.topic) tell({ kind, partition: place.partition, offset: place.offset });
}

function watchHealth(joined: Subscription<ChaosMessage>): void {
  let before: boolean | undefined;
  setInterval(() => {
    const { ok } = joined.health();
    if (ok !== before) tell({ kind: 'health', ok });
    before = ok;
  }, healthInterval).unref();
}

async function end(): Promise<void> {
  const report = await subscription?.drain();
  // A request that comes too late has no effect.
  subscription?.resume();
  await pause(task.lingers);
  tell({ kind: 'ended', spansOpen: spans.open, abandoned: report?.abandoned.length ?? 0 });
  process.exit(0);
}
