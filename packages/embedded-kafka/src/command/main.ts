import manifest from '../../package.json' with { type: 'json' };
import { EmbeddedKafka } from '../handles/embedded-kafka.ts';
import { EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';
import { helpText, parseArguments, UsageError } from './parse-arguments.ts';

async function main(args: readonly string[]): Promise<void> {
  const command = parseArguments(args);
  if (command.kind === 'help') return void process.stdout.write(helpText);
  if (command.kind === 'version') return void process.stdout.write(`${manifest.version}\n`);
  const kafka = await EmbeddedKafka.start({ ...command.options, log: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`embedded-kafka listens on ${kafka.brokers.join(',')}\n`);
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  // Once: a second signal, sent because stopping takes too long, has its default effect.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  await stopped;
  await kafka.stop();
}

// The broker goes on when whoever started it has closed the other end: `| head -1`, say.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`embedded-kafka: ${error.message}\nTry --help.\n`);
    process.exitCode = 2;
  } else if (error instanceof EmbeddedKafkaError) {
    process.stderr.write(`embedded-kafka: ${error.message}\n`);
    process.exitCode = error.code === 'invalid_option' ? 2 : 1;
  } else throw error;
}
