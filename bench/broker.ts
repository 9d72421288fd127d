// The embedded broker by itself, and beside Apache Kafka: the same kafkajs client on both, in the same run.
import { parseArgs } from 'node:util';
import { kafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel } from 'kafkajs';
import type { BrokerTask } from './children/broker-child.ts';
import { startEmbeddedCommand } from './measure/embedded-command.ts';
import { median } from './measure/median.ts';
import { runChild } from './measure/run-child.ts';

const help = `Measures the embedded broker against its goals.

  npm run bench:broker -- [--alone] [--rounds 3] [--image apache/kafka:4.4.0]

  --alone   without Apache Kafka, which runs in a container
  --rounds  of throughput, each through both brokers, in turns
`;
const { values } = parseArgs({
  options: {
    alone: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    image: { type: 'string', default: 'apache/kafka:4.4.0' },
    help: { type: 'boolean', default: false },
  },
});
const messages = 300_000;
const rounds = Number(values.rounds);
if (values.help) process.stdout.write(help);
else if (!Number.isSafeInteger(rounds) || rounds < 1) {
  process.stderr.write(`--rounds must be a whole number from 1.\n\n${help}`);
  process.exitCode = 2;
} else await main();

async function main(): Promise<void> {
  print('measure', 'embedded', 'Apache Kafka', 'ratio', 'goal');
  const first = [];
  for (let time = 0; time < 7; time++) first.push(await measure('firstMessageMs'));
  row('first message in a handler, ms', median(first), 120, 'at most');
  await throughput();
  row('RSS with 1,000,000 messages of 100 B, MiB', await measure('heldMiB', { messages: 909_000 }), 300, 'at most');
  row('share of a core, ten idle consumers, %', 100 * (await measure('idleShare')), 5, 'at most');
  row('left over of 200 brokers', await measure('leftOver'), 0, 'at most');
}

/** Each broker in a process of its own, so that the client has the same of the machine with both. */
async function throughput(): Promise<void> {
  await using embedded = await startEmbeddedCommand();
  await using apache = values.alone ? undefined : await startApache();
  const rates = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++)
    for (const [name, brokers] of Object.entries({ embedded: embedded.brokers, ...(apache && { apache: apache.brokers }) })) {
      const topic = `bench-${round}`;
      await createTopic(brokers, topic);
      // What is produced is what is consumed, with the tenth that warms up.
      for (const phase of ['producePerSecond', 'consumePerSecond'] as const) {
        const rate = await measure(phase, { brokers, topic, messages });
        rates.set(`${phase} ${name}`, [...(rates.get(`${phase} ${name}`) ?? []), rate]);
      }
    }
  for (const [phase, what, goal] of [
    ['producePerSecond', 'produce, messages/s', 50_000],
    ['consumePerSecond', 'eachBatch, messages/s', 250_000],
  ] as const) {
    const [ours = [], theirs = []] = [rates.get(`${phase} embedded`), rates.get(`${phase} apache`)];
    row(
      what,
      median(ours),
      goal,
      'at least',
      theirs.length === 0 ? undefined : median(theirs),
      median(ours.map((rate, round) => rate / (theirs[round] ?? NaN))),
    );
  }
}

function measure(phase: BrokerTask['phase'], task: Partial<BrokerTask> = {}): Promise<number> {
  return runChild<number>('children/broker-child.ts', { phase, brokers: [], topic: '', messages: 0, ...task } satisfies BrokerTask);
}

async function startApache(): Promise<AsyncDisposable & { readonly brokers: readonly string[] }> {
  process.env['KAFKA_IMAGE'] = values.image;
  return kafkaUnderTest();
}

async function createTopic(brokers: readonly string[], topic: string): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
}

function row(what: string, ours: number, goal: number, sense: 'at most' | 'at least', theirs?: number, ratio?: number): void {
  const isMet = (sense === 'at most' ? ours <= goal : ours >= goal) && (ratio === undefined || Number.isNaN(ratio) || ratio >= 0.95);
  const number = (value: number | undefined, digits = 0): string =>
    value === undefined || Number.isNaN(value) ? '–' : value.toLocaleString('en', { maximumFractionDigits: digits });
  print(
    what,
    number(ours, ours < 1_000 ? 1 : 0),
    number(theirs),
    number(ratio, 2),
    `${sense} ${number(goal)}: ${isMet ? 'met' : 'missed'}`,
  );
}

function print(what: string, ...columns: readonly string[]): void {
  process.stdout.write(
    `${what.padEnd(44)}${columns.map((column, index) => (index === 3 ? `  ${column}` : column.padStart(14))).join('')}\n`,
  );
}
