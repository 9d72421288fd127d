// A subscription in a process of its own, with spans and metrics that are recorded and dropped, a retry now and then, and a timeout for attempts.
import { setImmediate as turn } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '@tracelink/kafka/subscribe';
import { startSdk } from '../measure/sdk.ts';

/** What the parent asks for. */
export interface MemoryTask {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly messages: number;
  /** How often the heap is looked at. */
  readonly points: number;
  readonly keys: number;
  /** Whether the handler keeps something of each message. */
  readonly leak: boolean;
}

const { brokers, topic, messages, points, keys, leak } = JSON.parse(process.argv[2] ?? '') as MemoryTask;
startSdk('metrics');
const failing = 1_000;
const heap: number[] = [];
const kept: unknown[] = [];
const done = Promise.withResolvers<void>();
let handled = 0;
const subscription = await subscribe(new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING }), {
  groupId: `bench-${process.pid}`,
  topics: [topic],
  fromBeginning: true,
  concurrency: { keys },
  deadLetter: false,
  retry: { attempts: 2, attemptTimeout: 1_000, backoff: { initial: 1 } },
  // Small batches: what is seen is what stays, not the batch at hand.
  consumer: { maxBytesPerPartition: 1 },
  handler: async ({ offset }, { attempt }) => {
    if (attempt === 1 && Number(offset) % failing === 0) throw new Error('once');
    if (leak) kept.push({ offset });
    handled++;
    if (handled % (messages / points) !== 0) return;
    await turn();
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    heap.push(heapUsed + external);
    if (handled === messages) done.resolve();
  },
});
await done.promise;
await subscription.drain();
process.stdout.write(JSON.stringify(heap));
