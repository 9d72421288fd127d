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
  process.stdout.write(`tracelink studio is at ${studio.url}\nSend it traces with OTEL_EXPORTER_OTLP_ENDPOINT=${studio.url}${overGrpc}\n`);
  for (const file of files) process.stdout.write(importFile(studio, file));
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  // Once: a second signal, because the stop takes too long, does what it does by itself.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  await stopped;
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
