// One client in one way, in a process of its own: the cases that it is asked for, one after the other.
import { kafkaPropagation } from '@tracelink/propagation';
import { startCost, type Cost } from '../measure/cost.ts';
import { startSdk } from '../measure/sdk.ts';
import type { CaseName, ClientName, Way } from './cases.ts';
import { groupId, type BenchClient } from './client.ts';

/** What the parent asks for. */
export interface ClientTask {
  readonly client: ClientName;
  readonly way: Way;
  readonly cases: readonly CaseName[];
  readonly brokers: readonly string[];
  /** The topic that is consumed. */
  readonly from: string;
  /** How many of its messages are consumed, and how many are sent on: a message that is sent costs as much as ten that are not. */
  readonly messages: Readonly<Record<'consume' | 'forward', number>>;
  /** The topic that is written. */
  readonly to: string;
  /** Milliseconds of CPU of sends. */
  readonly sendMs: Readonly<Record<'warmUp' | 'sample', number>>;
}

/** What a message cost in each case that the client can do. */
export type ClientAnswer = Readonly<Partial<Record<CaseName, Cost>>>;

const { client: name, way, cases, brokers, from, messages, to, sendMs } = JSON.parse(process.argv[2] ?? '') as ClientTask;
const { ended } = startSdk('sampled');
const propagation = kafkaPropagation({ inject: ['b3'], extract: ['b3'] });
const tracing = way === 'bare' ? undefined : { propagation };
const client = await open();
const keys = 32;
const answer: Partial<Record<CaseName, Cost>> = {};
let operations = 0;
for (const each of cases) {
  if (each === 'send-1') answer[each] = await costOfSends(1);
  else if (each === 'send-100') answer[each] = await costOfSends(100);
  else if (way !== 'subscribe') answer[each] = await costOfConsuming();
  else if (client.engine !== undefined) answer[each] = await costOfSubscribing(client.engine, each);
}
// What is measured has to be what the name says: at least a span for each operation, or none.
if (way === 'bare' ? ended() > 0 : ended() < operations) throw new Error(`${ended()} spans ended, of ${operations} operations.`);
process.stdout.write(JSON.stringify(answer));

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Loads what is measured and no more: a run starts a hundred of these processes. */
async function open(): Promise<BenchClient> {
  switch (name) {
    case 'kafkajs':
      return (await import('./kafkajs.ts')).kafkajs(brokers);
    case 'confluent':
      return (await import('./confluent.ts')).confluent(brokers);
    case 'platformatic':
      return (await import('./platformatic.ts')).platformatic(brokers);
  }
}

async function costOfSends(count: number): Promise<Cost> {
  const producer = await client.producer(tracing);
  const sendFor = async (milliseconds: number): Promise<number> => {
    let sends = 0;
    for (const used = cpuMs(); cpuMs() - used < milliseconds; sends++) await producer.send(to, count);
    operations += sends;
    return sends * count;
  };
  await sendFor(sendMs.warmUp);
  const stop = startCost();
  const cost = stop(await sendFor(sendMs.sample));
  await producer.close();
  return cost;
}

async function costOfConsuming(): Promise<Cost> {
  const counted = countMessages(messages.consume);
  const close = await client.consume(from, tracing, async () => counted.one());
  const cost = await counted.cost;
  await close();
  return cost;
}

async function costOfSubscribing([engine, consumer]: NonNullable<BenchClient['engine']>, what: 'consume' | 'forward'): Promise<Cost> {
  const { subscribe } = await import('@tracelink/kafka/subscribe');
  const counted = countMessages(messages[what]);
  const producer = what === 'forward' ? await client.producer(tracing) : undefined;
  const subscription = await subscribe(engine, {
    groupId: `${groupId}-${what}`,
    consumer,
    topics: [from],
    fromBeginning: true,
    concurrency: { keys: producer === undefined ? 1 : keys },
    deadLetter: false,
    tracing: { propagation },
    handler:
      producer === undefined
        ? async () => counted.one()
        : async ({ key, value }) => {
            await producer.forward(to, key, value as Buffer);
            counted.one();
          },
  });
  const cost = await counted.cost;
  await subscription.drain();
  await producer?.close();
  return cost;
}

/** The cost from the end of the warm-up, a third of the messages, to the last message. */
function countMessages(count: number): { readonly one: () => void; readonly cost: Promise<Cost> } {
  const { promise, resolve } = Promise.withResolvers<Cost>();
  const warmUp = Math.floor(count / 3);
  let stop: ReturnType<typeof startCost> | undefined;
  let handled = 0;
  const one = (): void => {
    handled++;
    if (handled === warmUp) stop = startCost();
    else if (handled === count && stop !== undefined) resolve(stop(count - warmUp));
  };
  operations += count;
  return { one, cost: promise };
}
