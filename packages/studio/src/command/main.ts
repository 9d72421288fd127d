import { constants } from 'node:os';
import manifest from '../../package.json' with { type: 'json' };
import { startStudio } from '../server/start-studio.ts';
import { StudioError } from '../server/studio-options.ts';
import { importFile, readFiles } from './import-files.ts';
import { helpText, parseArguments, UsageError } from './parse-arguments.ts';

async function main(args: readonly string[]): Promise<void> {
  const asked = parseArguments(args);
  if (asked.what === 'help') return void process.stdout.write(helpText);
  if (asked.what === 'version') return void process.stdout.write(`${manifest.version}\n`);
  const files = await readFiles(asked.files);
  await using studio = await startStudio(asked.options);
  const overGrpc = studio.grpcUrl === undefined ? '' : `, or over gRPC to ${studio.grpcUrl}`;
  // A signal ends the import of a large file at once; who reads the line that follows may send one then.
  const imported = files.map((file) => importFile(studio, file));
  const stopped = signalled();
  process.stdout.write(`tracelink studio is at ${studio.url}\nSend it traces with OTEL_EXPORTER_OTLP_ENDPOINT=${studio.url}${overGrpc}\n`);
  for (const told of imported) process.stdout.write(told);
  await stopped;
}

/** Milliseconds in which the same signal is the same Ctrl-C: npm and npx hand theirs on to a process that has it from the terminal. */
const sameInterrupt = 500;

/** Resolves at SIGINT or SIGTERM. A later signal, because the stop takes too long, ends the process at once. */
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

// The studio goes on when whoever started it has closed the other end: `| head -1`, say.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`tracelink-studio: ${error.message}\nTry --help.\n`);
    process.exitCode = 2;
  } else if (error instanceof StudioError) {
    process.stderr.write(`tracelink-studio: ${error.message}\n`);
    process.exitCode = error.code === 'invalid_option' ? 2 : 1;
  } else throw error;
}
