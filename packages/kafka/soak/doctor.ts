import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { diagnose } from '@tracelink/kafka/doctor';
import { Kafka, logLevel } from 'kafkajs';

const help = `Has the doctor read a topic whose records are each of a trace of their own, and asks after each tenth of them what is
left in the heap. The broker is a process of its own.

  npm run soak:doctor -- [--count 1000000]

  --count  records, at least 500000: the doctor remembers the first 100,000

Ends with 1 when the heap at the end is more than 4 MiB above the heap after the third tenth. Ctrl-C stops it.
`;
const allowed = 4 * 1024 * 1024;
const topic = 'orders';

if (process.send === undefined) process.exitCode = await main();
else await serve(Number(process.argv[2]));

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { count: { type: 'string', default: '1000000' }, help: { type: 'boolean' } } });
  const count = Number(values.count);
  if (values.help === true) {
    process.stdout.write(help);
    return 0;
  }
  if (!Number.isSafeInteger(count) || count < 500_000 || globalThis.gc === undefined) {
    process.stderr.write(`Start it by npm run soak:doctor, with a whole number from 500000 as --count.\n\n${help}`);
    return 2;
  }
  const broker = fork(import.meta.filename, [String(count)], { execArgv: ['--conditions=@tracelink/source'] });
  try {
    const [brokers] = (await once(broker, 'message')) as [string[]];
    return await soak(brokers, count, globalThis.gc);
  } finally {
    broker.kill();
  }
}

/** The broker, with a topic that is full. */
async function serve(count: number): Promise<void> {
  const kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
  const id = (bytes: number): string => randomBytes(bytes).toString('hex');
  for (let left = count; left > 0; left -= 1_000)
    kafka.topic(topic).append(
      0,
      Array.from({ length: Math.min(left, 1_000) }, (_, index) => ({
        key: `order-${left + index}`,
        value: 'tea',
        // Every tenth one is found by a rule.
        headers: { traceparent: index % 10 === 0 ? 'wrong' : `00-${id(16)}-${id(8)}-01` },
      })),
    );
  process.send?.(kafka.brokers);
}

async function soak(brokers: string[], count: number, collect: NonNullable<typeof globalThis.gc>): Promise<number> {
  const heaps: number[] = [];
  let read = 0;
  const onRecord = (): void => {
    if (++read % (count / 10) !== 0) return;
    collect();
    const { heapUsed } = process.memoryUsage();
    heaps.push(heapUsed);
    process.stdout.write(`${read} records: ${(heapUsed / 1024 / 1024).toFixed(1)} MiB\n`);
  };
  const { records } = await diagnose(new Kafka({ brokers, logLevel: logLevel.NOTHING }), { topics: [topic], last: count, onRecord });
  const grown = (heaps.at(-1) ?? 0) - (heaps[2] ?? 0);
  process.stdout.write(`${records} records read; the last seven tenths left ${(grown / 1024 / 1024).toFixed(2)} MiB\n`);
  return records === count && grown <= allowed ? 0 : 1;
}
