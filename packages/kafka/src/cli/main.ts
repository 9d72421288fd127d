import type { ClientMaker } from '../client/client-maker.ts';
import { installedClient } from '../client/installed-client.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { errorMessage } from '../core/error-type.ts';
import { scope } from '../core/version.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { UsageError } from './argument-values.ts';
import { doctorCodes, doctorCommand } from './doctor-command.ts';
import { helpText } from './help-text.ts';
import { listRecords, listTopics, shownRecord } from './list-command.ts';
import { exitCodes, isTaken, keepPace, muteTimerWarnings, ProgressLine, terminal } from './terminal.ts';
import { commandOf, parseArguments, type Asked } from './parse-arguments.ts';
import { dataOf, lineOf, terminalJson } from './record-output.ts';
import { reachBrokers } from './reach-brokers.ts';
import { replayCommand } from './replay-command.ts';
import { studioCommand } from './studio-command.ts';

const { print, say } = terminal;

/** Milliseconds that open handles may keep the process once its command has ended: an SDK exports its spans then. */
const lingering = { interrupted: 1_000, otherwise: 5_000 };

/**
 * Milliseconds in which a second signal is the same Ctrl-C: a terminal sends it to npx and to the command, and npx passes its own one on.
 */
const sameInterrupt = 500;

/** Aborted by a signal, and when no one reads the output any more. */
const control = new AbortController();
let outputError: NodeJS.ErrnoException | undefined;
/** By `performance.now()`. */
let interruptedAt: number | undefined;

/** Ends the command in order; a later signal ends the process immediately. */
function interrupt(): void {
  interruptedAt ??= performance.now();
  control.abort();
  if (performance.now() - interruptedAt > sameInterrupt) process.exit(exitCodes.interrupted);
}

async function main(asked: Asked): Promise<number> {
  // `| head` has read enough. Unhandled, the error ends the process midway, and its group waits for it until the session expires.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (outputError === undefined && error.code !== 'EPIPE') say(`tracelink-kafka: the output cannot be written: ${errorMessage(error)}`);
    outputError ??= error;
    control.abort();
  });
  if (asked.what === 'help' || asked.what === 'version') {
    process.stdout.write(asked.what === 'help' ? helpText(commandOf(process.argv.slice(2))) : `${scope.version}\n`);
    return exitCodes.done;
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, interrupt);
  const { signal } = control;
  let kafka: ClientMaker;
  try {
    kafka = await installedClient(asked.kafka.client, 'tracelink-kafka', asked.kafka);
    await reachBrokers(kafka, asked.kafka.brokers, signal, say);
  } catch (error) {
    if (asked.what !== 'doctor') throw error;
    say(`tracelink-kafka: ${errorMessage(error)}`);
    return doctorCodes.couldNotLook;
  }
  // The command would try to reach them once more.
  if (signal.aborted) return asked.what === 'studio' ? exitCodes.done : exitCodes.interrupted;
  if (asked.what === 'doctor') return doctorCommand(kafka, asked, signal, terminal);
  if (asked.what === 'studio') return studioCommand(kafka, asked, signal, terminal);
  if (asked.what === 'topics') return listTopics(kafka, asked.json, signal, terminal);
  return asked.what === 'replay' ? replayCommand(kafka, asked, signal, terminal) : list(kafka, asked, signal);
}

async function list(kafka: ClientMaker, asked: Asked & { readonly what: 'list' | 'show' }, signal: AbortSignal): Promise<number> {
  const { from, filter, json } = asked;
  using progress = new ProgressLine(say);
  let count = 0;
  let shown: DeadLetterRecord | undefined;
  await listRecords(
    kafka,
    { from, filter, limit: asked.what === 'show' ? 1 : asked.limit, signal },
    async (found) => {
      count++;
      if (asked.what === 'show') shown = found;
      else print(json ? terminalJson(dataOf(found)) : lineOf(found));
      await keepPace(signal);
    },
    () => progress.count('read'),
  );
  if (signal.aborted) return exitCodes.interrupted;
  if (shown !== undefined) print(terminalJson(await shownRecord(kafka, shown, signal), json ? 0 : 2));
  if (count === 0) say(`There is no such record in ${from}.`);
  return signal.aborted ? exitCodes.interrupted : exitCodes.done;
}

muteTimerWarnings();
// Whoever reads the results may have closed what goes beside them.
process.stderr.on('error', () => {});
try {
  process.exitCode = await main(parseArguments(process.argv.slice(2), process.env, Date.now()));
} catch (error) {
  if (error instanceof UsageError) {
    say(`tracelink-kafka: ${error.message}`);
    say('Try --help.');
    process.exitCode = exitCodes.wrongOptions;
  } else {
    say(`tracelink-kafka: ${errorMessage(error)}`);
    process.exitCode = error instanceof KafkaTracingError && error.code === 'invalid_option' ? exitCodes.wrongOptions : exitCodes.failed;
  }
}
// What the process has not written when it ends is lost, and a reader may take minutes for it.
if (!control.signal.aborted && !(await isTaken(control.signal)) && outputError === undefined) process.exitCode = exitCodes.interrupted;
// A file that is cut short must not look whole; who closes a pipe knows that they did.
if (outputError !== undefined && outputError.code !== 'EPIPE') process.exitCode ||= exitCodes.failed;
// Clients keep timers and sockets for a broker that is away.
setTimeout(() => process.exit(), control.signal.aborted ? lingering.interrupted : lingering.otherwise).unref();
