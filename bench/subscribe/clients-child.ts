// subscribe on one client, in a process of its own: consumes a topic and produces each message to another, sampled.
import * as library from '@platformatic/kafka';
import { wrapProducer } from '@tracelink/kafka';
import { subscribe } from '@tracelink/kafka/subscribe';
import { kafkaPropagation } from '@tracelink/propagation';
import { Kafka, logLevel } from 'kafkajs';
import { startSdk } from '../measure/sdk.ts';

/** What the parent asks for. */
export interface ClientTask {
  readonly client: 'kafkajs' | 'platformatic';
  readonly brokers: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly messages: number;
  /** Messages of different keys in flight. */
  readonly keys: number;
}

/** What it did, from the first message after the warm-up to the last. */
export interface ClientAnswer {
  /** Messages a second, by the clock. */
  readonly rate: number;
  /** Microseconds of CPU time of the process for a message. */
  readonly cpu: number;
}

type Send = (value: Buffer, key: Buffer | null) => Promise<unknown>;

const { client, brokers, from, to, messages, keys } = JSON.parse(process.argv[2] ?? '') as ClientTask;
const { ended } = startSdk('sampled');
const tracing = { propagation: kafkaPropagation({ inject: ['b3'], extract: ['b3'] }) };
const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING });
const options = { clientId: 'bench', bootstrapBrokers: [...brokers] };
const [clients, send, close] = client === 'kafkajs' ? await onKafkajs() : onPlatformatic();

async function onKafkajs(): Promise<readonly [Parameters<typeof subscribe>[0], Send, () => Promise<void>]> {
  const producer = wrapProducer(kafka.producer(), tracing);
  await producer.connect();
  return [
    kafka,
    (value, key) => producer.send({ topic: to, acks: 1, messages: [{ key, value, headers: { tenant: 'a' } }] }),
    () => producer.disconnect(),
  ];
}

function onPlatformatic(): readonly [Parameters<typeof subscribe>[0], Send, () => Promise<void>] {
  const producer = wrapProducer(new library.Producer(options), tracing);
  const headers = new Map([[Buffer.from('tenant'), Buffer.from('a')]]);
  return [
    { library, options },
    (value, key) => producer.send({ messages: [{ topic: to, value, headers, ...(key !== null && { key }) }], acks: 1 }),
    () => producer.close(),
  ];
}

const warmUp = Math.floor(messages / 5);
const done = Promise.withResolvers<ClientAnswer>();
let handled = 0;
let start = { clock: 0, cpu: process.cpuUsage() };
const subscription = await subscribe(clients, {
  groupId: `bench-${process.pid}`,
  topics: [from],
  fromBeginning: true,
  concurrency: { keys },
  deadLetter: false,
  tracing,
  handler: async ({ key, value }) => {
    await send(value as Buffer, key);
    handled++;
    if (handled === warmUp) start = { clock: performance.now(), cpu: process.cpuUsage() };
    if (handled !== messages) return;
    const { user, system } = process.cpuUsage(start.cpu);
    const count = messages - warmUp;
    done.resolve({ rate: count / ((performance.now() - start.clock) / 1_000), cpu: (user + system) / count });
  },
});
const answer = await done.promise;
await subscription.drain();
await close();
if (ended() < 2 * messages) throw new Error(`${ended()} spans ended for ${messages} messages`);
process.stdout.write(JSON.stringify(answer));
