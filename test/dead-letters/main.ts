// Lets other software fail and keeps the dead-letter records that it writes: see README.md.
import { kafkaUnderTest } from '@tracelink/testing';
import { onlyOf, type Selection } from '../recorded/only.ts';
import { keptDeadLetters } from './fixture.ts';
import { recordDeadLetters } from './record.ts';
import { software, type Software } from './software.ts';

const usage = `npm run fixtures:dead-letters -- [--only <software>]...

Runs each program of test/dead-letters/programs on Apache Kafka in a container, with a JDK of version 17, Maven and Go, and keeps the
dead-letter records that it writes in test/dead-letters/fixtures. Exit code 0 when every program wrote its records, else 1.

KAFKA_IMAGE=apache/kafka:4.4.0 is what runs in the container.

software:
${software.map(({ name, title }) => `  ${name.padEnd(22)}${title}\n`).join('')}`;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

let selection: Selection<Software>;
try {
  selection = onlyOf(process.argv.slice(2), software, 'software');
} catch (error) {
  say(`${text(error)}\n\n${usage}`);
  process.exit(2);
}
if (selection.help) process.stdout.write(usage);
else process.exitCode = await main(selection);

async function main({ chosen }: Selection<Software>): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error('stopped')));
  process.env['KAFKA_IMAGE'] ??= 'apache/kafka:4.4.0';
  await using kafka = await kafkaUnderTest();
  let failed = 0;
  for (const each of chosen) {
    say(`${each.name}: installing and running`);
    try {
      keptDeadLetters.write(each.name, await recordDeadLetters(each, await each.install(), kafka, stop.signal));
    } catch (error) {
      if (stop.signal.aborted) return 130;
      failed++;
      say(`FAILED: ${each.name}: ${text(error)}`);
    }
  }
  return failed === 0 ? 0 : 1;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
