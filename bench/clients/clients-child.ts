// One client in one way, in a process of its own, which measures the cases that it is asked for.
import type { SubscribeOptions } from '@tracelink/kafka/subscribe';
import { kafkaPropagation } from '@tracelink/propagation';
import { startCost, type Cost } from '../measure/cost.ts';
import { startSdk } from '../measure/sdk.ts';
import { cases, type CaseName, type ClientName, type Way } from './cases.ts';
import { newGroupId, originHeader, sameHeaders, type BenchClient, type BenchProducer, type Forwarded } from './client.ts';
import { sendTogether, type Send } from './send-together.ts';

/** What a process is started for. */
export interface ClientTask {
  readonly client: ClientName;
  readonly way: Way;
  readonly brokers: readonly string[];
  /** The topic that is consumed. */
  readonly from: string;
}

/** What it is asked for. */
export interface ClientQuestion {
  readonly case: CaseName;
  /** The topic that is written. */
  readonly to: string;
  /** Milliseconds of CPU of sends. */
  readonly sendMs: number;
  /** How many messages are consumed. A third of them is not measured. */
  readonly messages: number;
}

/** `undefined` where the client cannot do it. */
export interface ClientAnswer {
  readonly cost: Cost | undefined;
}

type Handling = Pick<SubscribeOptions, 'concurrency' | 'handler'>;

const { client: name, way, brokers, from } = JSON.parse(process.argv[2] ?? '') as ClientTask;
const { ended } = startSdk('sampled');
// Before the client is loaded.
if (way === 'peer') (await import('./peers/start-peer.ts')).startPeer(name);
const propagation = kafkaPropagation({ inject: ['b3'], extract: ['b3'] });
const tracing = way === 'bare' || way === 'peer' ? undefined : { propagation };
const client = await open();
const sendsBetween = 16;
let producer: BenchProducer | undefined;
let operations = 0;

// What it throws ends the process.
process.on('message', (question: ClientQuestion) => void answer(question));
// Who asks may be gone before the clients are closed.
process.on('disconnect', () => process.exit());

async function answer(question: ClientQuestion): Promise<void> {
  const cost = await costOf(question);
  // What is measured has to be what the name says: at least a span for each operation, or none.
  if (way === 'bare' ? ended() > 0 : ended() < operations) throw new Error(`${ended()} spans ended, of ${operations} operations.`);
  process.send?.({ cost } satisfies ClientAnswer);
}

/** Loads what is measured and no more. */
async function open(): Promise<BenchClient> {
  const byHand = way === 'peer' ? originHeader : sameHeaders;
  switch (name) {
    case 'kafkajs':
      return (await import('./kafkajs.ts')).kafkajs(brokers, byHand);
    case 'confluent':
      return (await import('./confluent.ts')).confluent(brokers, byHand);
    case 'platformatic':
      return way === 'peer'
        ? (await import('./peers/platformatic-peer.ts')).platformaticPeer(brokers)
        : (await import('./platformatic.ts')).platformatic(brokers);
  }
}

async function costOf({ case: each, to, sendMs, messages }: ClientQuestion): Promise<Cost | undefined> {
  if (each === 'send-1') return costOfSends(1, to, sendMs);
  if (each === 'send-100') return costOfSends(100, to, sendMs);
  if (way !== 'subscribe') return costOfConsuming(messages);
  if (client.engine === undefined) return undefined;
  const counted = countMessages(messages);
  if (each === 'consume')
    return costOfSubscribing(client.engine, counted.cost, { concurrency: { keys: 1 }, handler: async () => counted.one() });
  const { forward } = (producer ??= await client.producer(tracing));
  if (forward === undefined) return undefined;
  const send: Send = (forwarded) => forward(to, forwarded);
  const sendOn = cases[each].forwards.together ? sendTogether(propagation, to, send) : (message: Forwarded) => send([message]);
  const handler: Handling['handler'] = async ({ key, value }) => {
    await sendOn({ key, value: value as Buffer });
    counted.one();
  };
  return costOfSubscribing(client.engine, counted.cost, { concurrency: { keys: cases[each].forwards.keys }, handler });
}

async function costOfSends(count: number, to: string, milliseconds: number): Promise<Cost> {
  producer ??= await client.producer(tracing);
  // Finds out where the topic is.
  await producer.send(to, count);
  let sends = 0;
  const stop = startCost();
  const used = cpuMs();
  do {
    // To ask for the time at each send would cost a tenth of it.
    for (const until = sends + sendsBetween; sends < until; sends++) await producer.send(to, count);
  } while (cpuMs() - used < milliseconds);
  operations += sends + 1;
  return stop(sends * count);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function costOfConsuming(messages: number): Promise<Cost> {
  const counted = countMessages(messages);
  const close = await client.consume(from, tracing, async () => counted.one());
  const cost = await counted.cost;
  await close();
  return cost;
}

async function costOfSubscribing(
  [engine, consumer]: NonNullable<BenchClient['engine']>,
  cost: Promise<Cost>,
  handling: Handling,
): Promise<Cost> {
  const { subscribe } = await import('@tracelink/kafka/subscribe');
  const subscription = await subscribe(engine, {
    groupId: newGroupId(),
    consumer,
    topics: [from],
    fromBeginning: true,
    deadLetter: false,
    tracing: { propagation },
    ...handling,
  });
  const measured = await cost;
  await subscription.drain();
  return measured;
}

/** The cost from the end of the first third of the messages to the last message. */
function countMessages(count: number): { readonly one: () => void; readonly cost: Promise<Cost> } {
  const { promise, resolve } = Promise.withResolvers<Cost>();
  const first = Math.floor(count / 3);
  let stop: ReturnType<typeof startCost> | undefined;
  let handled = 0;
  const one = (): void => {
    handled++;
    if (handled === first) stop = startCost();
    else if (handled === count && stop !== undefined) resolve(stop(count - first));
  };
  operations += count;
  return { one, cost: promise };
}
