// Whether a subscription holds on to what it has handled: the heap after collections at points of one run over a million messages.
// `--leak` keeps a little of each message on purpose: the check has to fail then.
import { parseArgs } from 'node:util';
import { median } from './measure/median.ts';
import { runChild } from './measure/run-child.ts';
import type { MemoryTask } from './subscribe/subscribe-memory-child.ts';
import { brokerWith } from './subscribe/subscribe-topics.ts';

const { values } = parseArgs({ options: { leak: { type: 'boolean', default: false } } });
const messages = 1_000_000;
const points = 20;
// Bytes for each message: a boolean kept in an array takes as much.
const limit = 8;

await using kafka = await brokerWith({ memory: { count: messages, sampled: 1 } });
for (const keys of [1, 32]) {
  const task: MemoryTask = { brokers: kafka.brokers, topic: 'memory', messages, points, keys, leak: values.leak };
  const heap = await runChild<number[]>('subscribe/subscribe-memory-child.ts', task, ['--expose-gc']);
  // The first quarter fills caches; the median of five points is not moved by a batch that happens to be large.
  const quarter = points / 4;
  const early = median(heap.slice(quarter, 2 * quarter));
  const late = median(heap.slice(-quarter));
  const perMessage = (late - early) / (messages / 2);
  console.log(`keys: ${keys}, heap after collections, MB: ${heap.map((bytes) => (bytes / 1e6).toFixed(1)).join(' ')}`);
  console.log(`  ${perMessage.toFixed(2)} bytes more a message from the second quarter to the last, at most ${limit}`);
  if (perMessage > limit) process.exitCode = 1;
}
