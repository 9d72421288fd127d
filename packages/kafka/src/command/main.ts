#!/usr/bin/env node
import { Kafka, logLevel } from 'kafkajs';
import { KafkaTracingError } from '../kafka-tracing-error.ts';
import { replay } from '../replay/replay.ts';
import { scope } from '../version.ts';
import { helpText } from './help-text.ts';
import { dataOf, lineOf, readLetters } from './letters.ts';
import { muteTimerWarnings } from './mute-timer-warnings.ts';
import { parseArguments, UsageError, type Asked } from './parse-arguments.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Milliseconds between two lines about how far a replay is. */
const progressInterval = 1_000;

async function main(asked: Asked): Promise<number> {
  if (asked.what === 'help' || asked.what === 'version') {
    process.stdout.write(asked.what === 'help' ? helpText : `${scope.version}\n`);
    return 0;
  }
  const control = new AbortController();
  // Once: a second Ctrl-C ends the process where it is.
  process.once('SIGINT', () => control.abort());
  // `| head` has read enough. Left to itself the error ends the process midway, and its group waits for it until the session is over.
  process.stdout.on('error', () => control.abort());
  const { signal } = control;
  const kafka = new Kafka({ clientId: 'tracelink-kafka', ...asked.kafka, logLevel: logLevel.NOTHING });
  const { from, filter, json } = asked;
  switch (asked.what) {
    case 'list':
      await readLetters(kafka, { from, filter, limit: asked.limit ?? 20, signal }, (letter) =>
        print(json ? JSON.stringify(dataOf(letter)) : lineOf(letter)),
      );
      return signal.aborted ? 130 : 0;
    case 'show':
      return show(kafka, asked, signal);
    case 'replay':
      return replayed(kafka, asked, signal);
  }
}

async function show(
  kafka: Kafka,
  { from, partition, offset, json }: Asked & { readonly what: 'show' },
  signal: AbortSignal,
): Promise<number> {
  let isFound = false;
  const isWanted = (letter: { readonly partition: number; readonly offset: string }): boolean =>
    letter.partition === partition && letter.offset === offset;
  await readLetters(kafka, { from, filter: isWanted, limit: 1, signal }, (letter) => {
    isFound = true;
    print(JSON.stringify(dataOf(letter), null, json ? 0 : 2));
  });
  if (signal.aborted) return 130;
  if (!isFound) say(`tracelink-kafka: there is no message ${offset} in partition ${partition} of "${from}"`);
  return isFound ? 0 : 1;
}

async function replayed(kafka: Kafka, asked: Asked & { readonly what: 'replay' }, signal: AbortSignal): Promise<number> {
  const { what: _what, kafka: _kafka, json, ...options } = asked;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as typeof options;
  let told = performance.now();
  const counts = new Map<string, number>();
  const report = await replay(kafka, {
    ...(given as { from: string }),
    signal,
    onLetter: (letter, outcome) => {
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      if (json) print(JSON.stringify({ outcome, partition: letter.partition, offset: letter.offset, traceId: letter.traceId }));
      if (performance.now() - told < progressInterval) return;
      told = performance.now();
      say([...counts].map(([name, count]) => `${name} ${count}`).join(', '));
    },
  });
  const { replayed: sent, filtered, looping, homeless, ended, dryRun, durationMs } = report;
  if (json) print(JSON.stringify(report));
  else
    print(
      `${dryRun ? 'would replay' : 'replayed'} ${sent}, filtered ${filtered}, looping ${looping}, homeless ${homeless}: ended ${ended} after ${durationMs} ms`,
    );
  return ended === 'aborted' ? 130 : 0;
}

muteTimerWarnings();
try {
  process.exitCode = await main(parseArguments(process.argv.slice(2), process.env));
} catch (error) {
  if (error instanceof UsageError) {
    say(`tracelink-kafka: ${error.message}\nTry --help.`);
    process.exitCode = 2;
  } else {
    say(`tracelink-kafka: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = error instanceof KafkaTracingError && error.code === 'invalid_option' ? 2 : 1;
  }
}
