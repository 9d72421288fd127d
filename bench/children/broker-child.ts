// One measurement of the embedded broker, in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { Kafka, logLevel, Partitioners, type Consumer, type Producer } from 'kafkajs';
import { runChild } from '../measure/run-child.ts';

/** What the parent asks for; answered by one number, in the unit of the name. */
export interface BrokerTask {
  readonly phase: 'firstMessageMs' | 'producePerSecond' | 'consumePerSecond' | 'heldMiB' | 'idleShare' | 'idleClients' | 'leftOver';
  /** Of a broker that runs elsewhere. */
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly messages: number;
}

const { phase, brokers, topic, messages } = JSON.parse(process.argv[2] ?? '') as BrokerTask;
const batch = 1_000;
const value = Buffer.alloc(100, 'v');
const idleConsumers = 10;
const idleMs = 10_000;

const phases: Readonly<Record<BrokerTask['phase'], () => Promise<number>>> = {
  firstMessageMs,
  producePerSecond: () => producePerSecond(clients(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner })),
  consumePerSecond: () => consumePerSecond(clients(brokers).consumer({ groupId: `bench-${process.pid}` })),
  heldMiB,
  idleShare,
  idleClients,
  leftOver,
};
process.stdout.write(`${JSON.stringify(await phases[phase]())}\n`);

function clients(addresses: readonly string[]): Kafka {
  return new Kafka({ clientId: 'bench', brokers: [...addresses], logLevel: logLevel.NOTHING });
}

/** From the start of the broker to a handler that has its message. */
async function firstMessageMs(): Promise<number> {
  const started = performance.now();
  await using kafka = await EmbeddedKafka.start({ topics: { first: 1 } });
  const client = clients(kafka.brokers);
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = client.consumer({ groupId: 'first' });
  const handled = Promise.withResolvers<number>();
  const send = async (): Promise<unknown> => {
    await producer.connect();
    return producer.send({ topic: 'first', messages: [{ value }] });
  };
  const sent = send();
  await consumer.connect();
  await consumer.subscribe({ topic: 'first', fromBeginning: true });
  await consumer.run({ eachMessage: async () => handled.resolve(performance.now() - started) });
  await sent;
  const took = await handled.promise;
  await Promise.all([consumer.disconnect(), producer.disconnect()]);
  return took;
}

/** A thousand messages a send, one send after the other; the first tenth is not measured. */
async function producePerSecond(producer: Producer): Promise<number> {
  await producer.connect();
  const send = (): Promise<unknown> => producer.send({ topic, messages: Array.from({ length: batch }, () => ({ value })) });
  const warmUp = messages / batch / 10;
  for (let sends = 0; sends < warmUp; sends++) await send();
  const started = performance.now();
  for (let sends = 0; sends < messages / batch; sends++) await send();
  const seconds = (performance.now() - started) / 1_000;
  await producer.disconnect();
  return messages / seconds;
}

/** All that the topic has, by `eachBatch`; the first tenth is not measured. */
async function consumePerSecond(consumer: Consumer): Promise<number> {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const rate = Promise.withResolvers<number>();
  let seen = 0;
  let began: { readonly at: number; readonly seen: number } | undefined;
  await consumer.run({
    eachBatch: async ({ batch: received }) => {
      seen += received.messages.length;
      if (began === undefined && seen >= messages / 10) began = { at: performance.now(), seen };
      if (seen >= messages && began !== undefined) rate.resolve((seen - began.seen) / ((performance.now() - began.at) / 1_000));
    },
  });
  const perSecond = await rate.promise;
  await consumer.disconnect();
  return perSecond;
}

/** The memory of the broker's process when it holds what another process has sent: the messages, and a tenth to warm up. */
async function heldMiB(): Promise<number> {
  await using kafka = await EmbeddedKafka.start({ topics: { held: 1 } });
  await runChild<number>('children/broker-child.ts', {
    phase: 'producePerSecond',
    brokers: kafka.brokers,
    topic: 'held',
    messages,
  } satisfies BrokerTask);
  return process.memoryUsage.rss() / 1024 / 1024;
}

/** The share of a core that the broker takes while ten consumers wait for messages. */
async function idleShare(): Promise<number> {
  await using kafka = await EmbeddedKafka.start({ topics: { idle: idleConsumers } });
  const task: BrokerTask = { phase: 'idleClients', brokers: kafka.brokers, topic: 'idle', messages: 0 };
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const before = process.cpuUsage();
  const started = performance.now();
  await wait(idleMs);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1_000 / (performance.now() - started);
  child.kill();
  await once(child, 'close');
  return share;
}

/** Says that they are there, and stays until it is ended. */
async function idleClients(): Promise<never> {
  const joined = Array.from({ length: idleConsumers }, async (_, index) => {
    const consumer = clients(brokers).consumer({ groupId: `idle-${index}` });
    await consumer.connect();
    await consumer.subscribe({ topic });
    await consumer.run({ eachMessage: async () => {} });
  });
  await Promise.all(joined);
  process.stdout.write('ready\n');
  return new Promise(() => {});
}

/** Sockets, servers and timers that are there after 200 brokers came and went, each with a client. */
async function leftOver(): Promise<number> {
  const before = process.getActiveResourcesInfo().length;
  for (let times = 0; times < 200; times++) {
    await using kafka = await EmbeddedKafka.start({ topics: { t: 1 } });
    const admin = clients(kafka.brokers).admin();
    await admin.connect();
    await admin.listTopics();
    await admin.disconnect();
  }
  await turn();
  return process.getActiveResourcesInfo().length - before;
}
