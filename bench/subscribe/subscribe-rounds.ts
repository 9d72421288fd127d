import { median } from '../measure/median.ts';
import { runChild } from '../measure/run-child.ts';
import { brokerWith } from './subscribe-topics.ts';
import type { SubscribeAnswer, SubscribeTask } from './subscribe-child.ts';

/** A way of consuming a topic. */
interface Way extends Pick<SubscribeTask, 'way' | 'sdk' | 'codec'> {
  readonly name: string;
}

const bare = 'eachMessage, bare';

/** What is laid beside each other; `global` is OpenTelemetry's B3 propagator, which is what an application without options has. */
export const ways: readonly Way[] = [
  { name: bare, way: 'eachMessage', sdk: 'none', codec: 'own' },
  { name: 'eachBatch, bare', way: 'eachBatch', sdk: 'none', codec: 'own' },
  { name: 'wrapped, unsampled', way: 'wrapped', sdk: 'unsampled', codec: 'own' },
  { name: 'wrapped, sampled', way: 'wrapped', sdk: 'sampled', codec: 'own' },
  { name: 'subscribe, no SDK', way: 'subscribe', sdk: 'none', codec: 'own' },
  { name: 'subscribe, unsampled', way: 'subscribe', sdk: 'unsampled', codec: 'own' },
  { name: 'subscribe, sampled', way: 'subscribe', sdk: 'sampled', codec: 'own' },
  { name: 'subscribe, unsampled, global', way: 'subscribe', sdk: 'unsampled', codec: 'global' },
  { name: 'subscribe, sampled, global', way: 'subscribe', sdk: 'sampled', codec: 'global' },
  { name: 'subscribe, sampled, metrics, global', way: 'subscribe', sdk: 'metrics', codec: 'global' },
];

/** What one way did; ratios are above 1 where it is faster than bare kafkajs in the same round. */
export interface SubscribeSeries {
  readonly name: string;
  readonly answers: readonly SubscribeAnswer[];
  /** CPU time of the main thread. */
  readonly ofBare: readonly number[];
  readonly ofBareByClock: readonly number[];
}

/** All of `names`, and bare, in each round, so that the neighbours on the machine slow all of them down. */
export async function subscribeRounds(
  names: readonly string[],
  rounds: number,
  measure: (way: Way) => Promise<SubscribeAnswer>,
): Promise<SubscribeSeries[]> {
  const chosen = ways.filter(({ name }) => name === bare || names.includes(name));
  const found = new Map<string, SubscribeAnswer[]>(chosen.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) for (const way of chosen) found.get(way.name)?.push(await measure(way));
  const base = found.get(bare) ?? [];
  return Array.from(found, ([name, answers]) => ({
    name,
    answers,
    ofBare: answers.map(({ mainThread }, round) => (base[round]?.mainThread ?? NaN) / mainThread),
    ofBareByClock: answers.map(({ rate }, round) => rate / (base[round]?.rate ?? NaN)),
  }));
}

/** The same with topics of `messages` on a broker in this process. */
export async function measureSubscribe(
  names: readonly string[],
  rounds: number,
  messages: number,
  progress: (line: string) => void,
): Promise<SubscribeSeries[]> {
  await using kafka = await brokerWith({ sampled: { count: messages, sampled: 1 }, unsampled: { count: messages, sampled: 0 } });
  const { brokers } = kafka;
  // Awaited here: the broker ends with this function.
  return await subscribeRounds(names, rounds, ({ name, ...way }) => {
    progress(name);
    return runWay({ ...way, brokers, messages });
  });
}

/** One run of a way, in a process of its own. */
export function runWay(
  task: Partial<SubscribeTask> & Pick<SubscribeTask, 'way' | 'sdk' | 'messages' | 'brokers'>,
): Promise<SubscribeAnswer> {
  const topic = task.sdk === 'unsampled' ? 'unsampled' : 'sampled';
  const whole: SubscribeTask = { topic, codec: 'own', handlerMs: 0, keys: 1, profileTo: undefined, ...task };
  return runChild<SubscribeAnswer>('subscribe/subscribe-child.ts', whole);
}

/** The series as lines of columns. */
export function subscribeTable(series: readonly SubscribeSeries[]): readonly (readonly string[])[] {
  return series.map(({ name, answers, ofBare, ofBareByClock }) => [
    name,
    `${median(answers.map(({ mainThread }) => mainThread)).toFixed(2)} µs`,
    median(ofBare).toFixed(2),
    `${median(answers.map((answer) => answer.process)).toFixed(2)} µs`,
    `${Math.round(median(answers.map(({ rate }) => rate))).toLocaleString('en')}/s`,
    median(ofBareByClock).toFixed(2),
  ]);
}
