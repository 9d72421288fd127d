// What the fence of an outbox's relay costs: how fast it sends a full table with `ordering: 'strict'`, a transaction of Kafka's for each
// request, beside `'relaxed'`, without. Postgres in a container; the embedded broker in this process, or KAFKA_IMAGE in a container.
import { parseArgs } from 'node:util';
import { outbox } from '@tracelink/kafka/outbox';
import { kafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';
import { startPostgresServer } from '../packages/kafka/test/support/postgres/postgres-server.ts';
import { median } from './measure/median.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    messages: { type: 'string', default: '20000' },
    batch: { type: 'string', default: '500' },
  },
});
const [rounds, messages, batch] = [Number(values.rounds), Number(values.messages), Number(values.batch)];
const keys = 500;
const atOnce = 1_000;

await using broker = { ...(await kafkaUnderTest()), [Symbol.asyncDispose]: () => broker.stop() };
const postgres = await startPostgresServer();
const pool = postgres.pool();
console.log(`${broker.name}, ${messages} messages of 200 B, pages of ${batch}, ${rounds} rounds`);
for (const partitions of [1, 3, 12]) await compare(partitions);
await pool.end();
await postgres.stop();

/** Both in each round, one after the other, so that what slows the machine slows both; the ratio is of one round. */
async function compare(partitions: number): Promise<void> {
  const topic = await broker.createTopic({ partitions });
  const found = { relaxed: [] as number[], strict: [] as number[] };
  // The first round warms up.
  for (let round = 0; round <= rounds; round++)
    for (const ordering of round % 2 === 0 ? (['relaxed', 'strict'] as const) : (['strict', 'relaxed'] as const)) {
      const rate = await measure(topic, ordering);
      if (round > 0) found[ordering].push(rate);
    }
  const ratio = median(found.strict.map((rate, round) => rate / (found.relaxed[round] as number)));
  const text = (rates: readonly number[]): string => `${Math.round(median(rates)).toLocaleString('en')}/s`;
  console.log(`${partitions} partitions: relaxed ${text(found.relaxed)}, strict ${text(found.strict)}, strict/relaxed ${ratio.toFixed(2)}`);
}

/** Messages a second, from the start of the relay to an empty table. */
async function measure(topic: string, ordering: 'relaxed' | 'strict'): Promise<number> {
  const box = outbox(pool, { table: `bench_${ordering}` });
  await box.ensure();
  for (let added = 0; added < messages; added += atOnce) {
    const part = Array.from({ length: atOnce }, (_, index) => ({ key: `key ${(added + index) % keys}`, value: Buffer.alloc(200, 'v') }));
    await box.add(pool, { topic, messages: part });
  }
  await pool.query(`VACUUM ANALYZE bench_${ordering}`);
  const kafka = new Kafka({ clientId: 'bench', brokers: broker.brokers, logLevel: logLevel.NOTHING });
  const started = performance.now();
  const relay = box.relay(kafka, { ordering, listen: false, batch: { messages: batch } });
  const { sent, cutOff } = await relay.drain({ timeout: 120_000 });
  if (cutOff || (await box.pending()).messages > 0) throw new Error(`only ${sent} were sent`);
  return messages / ((performance.now() - started) / 1_000);
}
