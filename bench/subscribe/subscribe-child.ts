// One way of consuming, in a process of its own: what a message costs, from the first after the warm-up to the last.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { wrapConsumer } from '@tracelink/kafka';
import { subscribe } from '@tracelink/kafka/subscribe';
import { kafkaPropagation } from '@tracelink/propagation';
import { startSdk } from '../measure/sdk.ts';

/** What the parent asks for. */
export interface SubscribeTask {
  readonly way: 'eachMessage' | 'eachBatch' | 'wrapped' | 'subscribe';
  /** With the header codec of our own, or the global propagator. */
  readonly codec: 'own' | 'global';
  readonly sdk: 'none' | 'unsampled' | 'sampled' | 'metrics';
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly messages: number;
  /** Milliseconds that each handler takes. */
  readonly handlerMs: number;
  readonly keys: number;
  /** A folder for a CPU profile of what is measured. */
  readonly profileTo: string | undefined;
}

/** What a message cost. */
export interface SubscribeAnswer {
  /** Messages a second, by the clock. */
  readonly rate: number;
  /** Microseconds of CPU time of the thread that runs JavaScript. */
  readonly mainThread: number;
  /** Microseconds of CPU time of the process, with the helper threads of the collector and the compiler. */
  readonly process: number;
}

const { way, codec, sdk, brokers, topic, messages, handlerMs, keys, profileTo } = JSON.parse(process.argv[2] ?? '') as SubscribeTask;
const { ended } = startSdk(sdk);
const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING });
const groupId = `bench-${process.pid}`;
const done = Promise.withResolvers<SubscribeAnswer>();
let handled = 0;
const warmUp = Math.floor(messages / 5);
let start = now();
const profiler = new Session();
const tracing = codec === 'own' ? { propagation: kafkaPropagation({ inject: ['b3'], extract: ['b3'] }) } : {};

function now(): { readonly clock: number; readonly mainThread: number; readonly process: number } {
  const thread = process.threadCpuUsage();
  const whole = process.cpuUsage();
  return { clock: performance.now(), mainThread: thread.user + thread.system, process: whole.user + whole.system };
}

function answer(): SubscribeAnswer {
  const end = now();
  const count = messages - warmUp;
  return {
    rate: count / ((end.clock - start.clock) / 1_000),
    mainThread: (end.mainThread - start.mainThread) / count,
    process: (end.process - start.process) / count,
  };
}

function startProfile(): void {
  profiler.connect();
  profiler.post('Profiler.enable');
  profiler.post('Profiler.setSamplingInterval', { interval: 200 });
  profiler.post('Profiler.start');
}

function writeProfile(folder: string): void {
  profiler.post('Profiler.stop', (_error, { profile }) => writeFileSync(join(folder, 'subscribe.cpuprofile'), JSON.stringify(profile)));
}

const count = (): void => {
  handled++;
  if (handled === warmUp) {
    if (profileTo !== undefined) startProfile();
    start = now();
  }
  if (handled === messages) {
    done.resolve(answer());
    if (profileTo !== undefined) writeProfile(profileTo);
  }
};
const handle =
  handlerMs === 0
    ? async (): Promise<void> => count()
    : async (): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, handlerMs));
        count();
      };

if (way === 'subscribe') {
  const subscription = await subscribe(kafka, {
    groupId,
    topics: [topic],
    fromBeginning: true,
    handler: handle,
    concurrency: { keys },
    deadLetter: false,
    tracing,
  });
  const found = await done.promise;
  await subscription.drain();
  process.stdout.write(JSON.stringify(found));
} else {
  const consumer = way === 'wrapped' ? wrapConsumer(kafka.consumer({ groupId }), tracing) : kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run(
    way === 'eachBatch'
      ? {
          eachBatch: async ({ batch }) => {
            for (const _ of batch.messages) await handle();
          },
        }
      : { eachMessage: handle },
  );
  const found = await done.promise;
  await consumer.disconnect();
  process.stdout.write(JSON.stringify(found));
}
// What is measured has to be what the name says: a span for each message, or none.
const makesSpans = sdk === 'sampled' || sdk === 'metrics';
const spans = way === 'eachMessage' || way === 'eachBatch' || !makesSpans ? 0 : handled;
if (ended() < spans || (spans === 0 && ended() > 0)) throw new Error(`${ended()} spans ended, of ${spans}`);
