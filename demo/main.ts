// Not by the package: that would load a service's clients and SDK into the demo's start.
import { repeatedSignal } from '../services/kit/src/process/repeated-signal.ts';
import { demoOptions, usage, type DemoOptions } from './options.ts';
import { Progress } from './progress.ts';
import { runDemo } from './run-demo.ts';
import { openServiceLogs } from './services/service-logs.ts';

let options: DemoOptions;
try {
  options = demoOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(2);
}
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const code = await main(options);
// Not immediately: a caller that still waits for the spans of a trace would continue to wait.
process.stdout.write('', () => process.exit(code));

/** Runs the demo and closes everything that it started, whatever happens. */
async function main(demo: DemoOptions): Promise<number> {
  const progress = new Progress(process.stdout);
  const stop = new AbortController();
  const isRepeated = repeatedSignal();
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (isRepeated(signal)) return;
      // A second Ctrl-C does not wait for a container.
      if (stop.signal.aborted) process.exit(130);
      progress.say('\nStopping: services, database, broker …');
      stop.abort();
    });
  }

  // `| head` has read enough, or the terminal is closed.
  process.stdout.on('error', () => stop.abort());

  const logs = await openServiceLogs();
  const onLine = (service: string, line: string): void => {
    logs.write(service, line);
    if (demo.logs) progress.say(`[${service}] ${line}`);
  };
  const closing = new AsyncDisposableStack();
  let exitCode = 0;
  try {
    const work = runDemo({ options: demo, progress, closing, signal: stop.signal, onLine });
    const complete = await Promise.race([work, stopped.then(() => undefined)]);
    // What still runs meets closed connections from here on, and is not awaited.
    work.catch(() => {});
    if (complete === false) exitCode = 1;
    if (!demo.once && complete !== undefined) await stopped;
    if (demo.once && complete === undefined) exitCode = 130;
  } catch (error) {
    exitCode = 1;
    progress.say(`\n${error instanceof Error ? error.message : String(error)}`);
  }
  await closing.disposeAsync();
  if (exitCode === 1 && logs.written) progress.say(`The services' log lines are in ${logs.file}`);
  else await logs.remove();
  return exitCode;
}
