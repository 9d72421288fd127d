// Lets other software send and keeps the records that it writes: see README.md.
import { kafkaUnderTest } from '@tracelink/testing';
import { onlyOf, type Selection } from '../../recorded/only.ts';
import { keptSenders } from './fixture.ts';
import { recordSender } from './record.ts';
import { senders, type Sender } from './senders.ts';

const usage = `npm run fixtures:senders -- [--only <sender>]...

Runs each program of test/doctor/senders/programs on Apache Kafka in a container, and keeps the records that it writes in
test/doctor/senders/fixtures. A sender whose tools are absent is skipped by name. Exit code 0 when no program failed, else 1.

KAFKA_IMAGE=apache/kafka:4.4.0 is what runs in the container.

senders:
${senders.map(({ name, title, needs }) => `  ${name.padEnd(18)}${title}; needs ${needs}\n`).join('')}`;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

let selection: Selection<Sender>;
try {
  selection = onlyOf(process.argv.slice(2), senders, 'sender');
} catch (error) {
  say(`${text(error)}\n\n${usage}`);
  process.exit(2);
}
if (selection.help) process.stdout.write(usage);
else process.exitCode = await main(selection);

async function main({ chosen }: Selection<Sender>): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error('stopped')));
  process.env['KAFKA_IMAGE'] ??= 'apache/kafka:4.4.0';
  await using kafka = await kafkaUnderTest();
  let failed = 0;
  for (const sender of chosen) {
    say(`${sender.name}: installing`);
    const command = await sender.install().catch((error: unknown) => {
      say(`skipped: ${sender.name}: ${text(error)}; it needs ${sender.needs}`);
    });
    if (command === undefined) continue;
    say(`${sender.name}: running`);
    try {
      keptSenders.write(sender.name, await recordSender(sender, command, kafka, stop.signal));
    } catch (error) {
      if (stop.signal.aborted) return 130;
      failed++;
      say(`FAILED: ${sender.name}: ${text(error)}`);
    }
  }
  return failed === 0 ? 0 : 1;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
