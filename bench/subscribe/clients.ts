// subscribe on Platformatic's client beside subscribe on kafkajs: consume and produce 100 B with two headers, sampled, on Apache Kafka.
import { parseArgs } from 'node:util';
import { kafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';
import { median } from '../measure/median.ts';
import { randomIds } from '../measure/random-ids.ts';
import { runChild } from '../measure/run-child.ts';
import type { ClientAnswer, ClientTask } from './clients-child.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    messages: { type: 'string', default: '20000' },
    keys: { type: 'string', default: '32' },
    image: { type: 'string', default: 'apache/kafka:4.4.0' },
  },
});
const [rounds, messages, keys] = [Number(values.rounds), Number(values.messages), Number(values.keys)];
process.env['KAFKA_IMAGE'] = values.image;
const broker = await kafkaUnderTest();
try {
  const [from, to] = [await broker.createTopic({ partitions: 1 }), await broker.createTopic({ partitions: 1 })];
  await fill(from);
  const answers: Record<ClientTask['client'], ClientAnswer[]> = { kafkajs: [], platformatic: [] };
  for (let round = 0; round < rounds; round++)
    for (const client of ['kafkajs', 'platformatic'] as const) {
      const task: ClientTask = { client, brokers: broker.brokers, from, to, messages, keys };
      answers[client].push(await runChild<ClientAnswer>('subscribe/clients-child.ts', task));
    }
  for (const [client, found] of Object.entries(answers)) {
    const [rate, cpu] = [median(found.map((each) => each.rate)), median(found.map((each) => each.cpu))];
    console.log(`${client.padEnd(14)}${Math.round(rate).toLocaleString('en').padStart(10)}/s${cpu.toFixed(1).padStart(10)} µs of CPU`);
  }
  const times = (of: keyof ClientAnswer): number =>
    median(answers.platformatic.map((each, round) => each[of] / (answers.kafkajs[round]?.[of] ?? NaN)));
  console.log(
    `platformatic over kafkajs, ${values.keys} keys: ${times('rate').toFixed(2)} by the clock, ${times('cpu').toFixed(2)} of the CPU`,
  );
} finally {
  await broker.stop();
}

async function fill(topic: string): Promise<void> {
  const producer = new Kafka({ clientId: 'bench', brokers: broker.brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const value = Buffer.alloc(100, 'v');
  for (let at = 0; at < messages; at += 1_000) {
    const batch = Array.from({ length: Math.min(1_000, messages - at) }, (_, index) => {
      const { traceId, spanId } = randomIds();
      return { key: `key ${index % 500}`, value, headers: { b3: `${traceId}-${spanId}-1`, tenant: 'a' } };
    });
    await producer.send({ topic, messages: batch });
  }
  await producer.disconnect();
}
