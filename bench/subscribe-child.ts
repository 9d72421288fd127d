// One way of consuming, in a process of its own: messages a second from the first that is handled to the last.
import { Kafka, logLevel } from 'kafkajs';
import { subscribe, wrapConsumer } from '@tracelink/kafka';
import { startSdk } from './sdk.ts';

/** What the parent asks for. */
export interface SubscribeTask {
  readonly way: 'eachMessage' | 'wrapped' | 'subscribe';
  readonly sdk: 'none' | 'unsampled' | 'sampled';
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly messages: number;
  /** Milliseconds that each handler takes. */
  readonly handlerMs: number;
  readonly keys: number;
}

const { way, sdk, brokers, topic, messages, handlerMs, keys } = JSON.parse(process.argv[2] ?? '') as SubscribeTask;
if (sdk !== 'none') startSdk(sdk);
const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING });
const groupId = `bench-${process.pid}`;
const done = Promise.withResolvers<number>();
let handled = 0;
let startedAt = 0;
const warmUp = Math.floor(messages / 10);

const count = (): void => {
  handled++;
  if (handled === warmUp) startedAt = performance.now();
  if (handled === messages) done.resolve((messages - warmUp) / ((performance.now() - startedAt) / 1_000));
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
  });
  const rate = await done.promise;
  await subscription.drain();
  process.stdout.write(JSON.stringify(rate));
} else {
  const consumer = way === 'wrapped' ? wrapConsumer(kafka.consumer({ groupId })) : kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: handle });
  const rate = await done.promise;
  process.stdout.write(JSON.stringify(rate));
  await consumer.disconnect();
}
