import { constants } from 'node:os';
import manifest from '../../package.json' with { type: 'json' };
import { EmbeddedKafka } from '../handles/embedded-kafka.ts';
import { EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';
import { helpText, parseArguments, UsageError } from './parse-arguments.ts';

async function main(args: readonly string[]): Promise<void> {
  const command = parseArguments(args);
  if (command.kind === 'help') return void process.stdout.write(helpText);
  if (command.kind === 'version') return void process.stdout.write(`${manifest.version}\n`);
  const kafka = await EmbeddedKafka.start({ ...command.options, log: (line) => process.stderr.write(`${line}\n`) });
  // Who reads the line may send a signal at once.
  const stopped = signalled();
  process.stdout.write(`embedded-kafka listens on ${kafka.brokers.join(',')}\n`);
  await stopped;
  await kafka.stop();
}

/** Milliseconds in which the same signal is the same Ctrl-C: npm and npx hand theirs on to a process that has it from the terminal. */
const sameInterrupt = 500;

/** Resolves at SIGINT or SIGTERM. A later signal, sent because stopping takes too long, ends the process at once. */
function signalled(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const at = performance.now();
    first ??= { signal, at };
    if (signal !== first.signal || at - first.at > sameInterrupt) process.exit(128 + constants.signals[signal]);
    resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  return promise;
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
