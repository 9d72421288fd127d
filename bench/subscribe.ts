// What a subscription costs beside kafkajs' own eachMessage, and what key-level concurrency gains. On an embedded broker in this process.
// `--only <part of a name>` leaves out the others, `--profile <part of a name>` says where the time of one goes.
import { parseArgs } from 'node:util';
import { median } from './measure/median.ts';
import { printProfile } from './measure/print-profile.ts';
import { runWay, subscribeRounds, subscribeTable, ways } from './subscribe/subscribe-rounds.ts';
import { brokerWith } from './subscribe/subscribe-topics.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    profile: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    messages: { type: 'string', default: '100000' },
  },
});
const rounds = Number(values.rounds);
const messages = Number(values.messages);
const slowMessages = 20_000;

await using kafka = await brokerWith({
  sampled: { count: messages, sampled: 1 },
  unsampled: { count: messages, sampled: 0 },
  slow: { count: slowMessages, sampled: 1 },
});
const { brokers } = kafka;
const { only, profile } = values;
if (profile !== undefined) {
  for (const { name, ...way } of ways.filter(({ name }) => name.includes(profile))) {
    console.log(name);
    await printProfile((profileTo) => runWay({ ...way, brokers, messages, profileTo }));
  }
} else {
  const names = ways.map(({ name }) => name).filter((name) => name.includes(only));
  const series = await subscribeRounds(names, rounds, ({ name: _, ...way }) => runWay({ ...way, brokers, messages }));
  for (const columns of [['', 'main thread', 'of bare', 'process', 'clock', 'of bare'], ...subscribeTable(series)])
    console.log(columns.map((column, index) => (index === 0 ? column.padEnd(36) : column.padStart(13))).join(''));
  if (only === '' || only.includes('keys')) await compareKeys();
}

async function compareKeys(): Promise<void> {
  const slow = { way: 'subscribe', sdk: 'sampled', topic: 'slow', brokers, handlerMs: 5 } as const;
  const one: number[] = [];
  const side: number[] = [];
  for (let round = 0; round < rounds; round++) {
    one.push((await runWay({ ...slow, messages: 500 })).rate);
    side.push((await runWay({ ...slow, messages: slowMessages, keys: 32 })).rate);
  }
  const times = median(side.map((rate, round) => rate / (one[round] as number)));
  console.log(
    `a handler of 5 ms: ${Math.round(median(one))}/s one after the other, ${Math.round(median(side))}/s with 32 keys: ${times.toFixed(1)} times`,
  );
}
