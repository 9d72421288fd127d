// What a subscription costs beside kafkajs' own eachMessage, and what keys side by side gain. On an embedded broker in this process.
// `--only <part of a name>` leaves out the others, `--profile <part of a name>` says where the time of one goes.
import { parseArgs } from 'node:util';
import { median } from './measure/median.ts';
import { printProfile } from './measure/print-profile.ts';
import { runChild } from './measure/run-child.ts';
import type { SubscribeAnswer, SubscribeTask } from './children/subscribe-child.ts';
import { brokerWith } from './children/subscribe-topics.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, profile: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});
const rounds = Number(values.rounds);
const messages = 100_000;
const slowMessages = 20_000;
const bare = 'eachMessage, bare';

const ways = [
  { name: bare, way: 'eachMessage', sdk: 'none', codec: 'own' },
  { name: 'eachBatch, bare', way: 'eachBatch', sdk: 'none', codec: 'own' },
  { name: 'wrapped, unsampled', way: 'wrapped', sdk: 'unsampled', codec: 'own' },
  { name: 'wrapped, sampled', way: 'wrapped', sdk: 'sampled', codec: 'own' },
  { name: 'subscribe, no SDK', way: 'subscribe', sdk: 'none', codec: 'own' },
  { name: 'subscribe, unsampled', way: 'subscribe', sdk: 'unsampled', codec: 'own' },
  { name: 'subscribe, sampled', way: 'subscribe', sdk: 'sampled', codec: 'own' },
  { name: 'subscribe, unsampled, global', way: 'subscribe', sdk: 'unsampled', codec: 'global' },
  { name: 'subscribe, sampled, global', way: 'subscribe', sdk: 'sampled', codec: 'global' },
] as const;

await using kafka = await brokerWith({
  sampled: { count: messages, sampled: 1 },
  unsampled: { count: messages, sampled: 0 },
  slow: { count: slowMessages, sampled: 1 },
});
const { only = '', profile } = values;
if (profile !== undefined) {
  for (const { name, ...way } of ways.filter(({ name }) => name.includes(profile))) {
    console.log(name);
    await printProfile((profileTo) => measure({ ...way, messages, profileTo }));
  }
} else {
  await compare(ways.filter(({ name }) => name === bare || name.includes(only)));
  if (only === '' || only.includes('keys')) await compareKeys();
}

/** All ways in each round, so that the neighbours on the machine slow all of them down; ratios are of one round. */
async function compare(chosen: readonly (typeof ways)[number][]): Promise<void> {
  const found = new Map<string, SubscribeAnswer[]>(chosen.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const { name, ...way } of chosen) found.get(name)?.push(await measure({ ...way, messages }));
  const ofBare = found.get(bare) ?? [];
  const ratio = (answers: readonly SubscribeAnswer[], of: (answer: SubscribeAnswer, bare: SubscribeAnswer) => number): number =>
    median(answers.map((answer, round) => of(answer, ofBare[round] as SubscribeAnswer)));
  console.log(
    `${''.padEnd(32)}${'main thread'.padStart(14)}${'process'.padStart(12)}${'of bare'.padStart(10)}${'clock'.padStart(14)}${'of bare'.padStart(10)}`,
  );
  for (const [name, answers] of found) {
    const mainThread = median(answers.map((answer) => answer.mainThread)).toFixed(2);
    const process = median(answers.map((answer) => answer.process)).toFixed(2);
    const byCpu = ratio(answers, (answer, base) => base.mainThread / answer.mainThread).toFixed(2);
    const rate = Math.round(median(answers.map((answer) => answer.rate))).toLocaleString('en');
    const byClock = ratio(answers, (answer, base) => answer.rate / base.rate).toFixed(2);
    console.log(
      `${name.padEnd(32)}${`${mainThread} µs`.padStart(14)}${`${process} µs`.padStart(12)}${byCpu.padStart(10)}${`${rate}/s`.padStart(14)}${byClock.padStart(10)}`,
    );
  }
}

async function compareKeys(): Promise<void> {
  const slow = { way: 'subscribe', sdk: 'sampled', topic: 'slow', handlerMs: 5 } as const;
  const one: number[] = [];
  const side: number[] = [];
  for (let round = 0; round < rounds; round++) {
    one.push((await measure({ ...slow, messages: 500 })).rate);
    side.push((await measure({ ...slow, messages: slowMessages, keys: 32 })).rate);
  }
  const times = median(side.map((rate, round) => rate / (one[round] as number)));
  console.log(
    `a handler of 5 ms: ${Math.round(median(one))}/s one after the other, ${Math.round(median(side))}/s with 32 keys: ${times.toFixed(1)} times`,
  );
}

function measure(task: Partial<SubscribeTask> & Pick<SubscribeTask, 'way' | 'sdk' | 'messages'>): Promise<SubscribeAnswer> {
  const topic = task.sdk === 'unsampled' ? 'unsampled' : 'sampled';
  const whole: SubscribeTask = { brokers: kafka.brokers, topic, codec: 'own', handlerMs: 0, keys: 1, profileTo: undefined, ...task };
  return runChild<SubscribeAnswer>('children/subscribe-child.ts', whole);
}
