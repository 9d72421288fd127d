import type { BrokerTask } from '../children/broker-child.ts';
import type { FirstMessageTask } from '../children/first-message-child.ts';
import type { ImportTask } from '../children/import-child.ts';
import type { IngestTask } from '../children/ingest-child.ts';
import { median } from '../measure/median.ts';
import { runBuilt, runChild } from '../measure/run-child.ts';
import { residentMiB, startBuilt } from './built-command.ts';

/** What is one number, and no comparison. */
export const figures = {
  'import-kafka': { title: 'import of @tracelink/kafka after api and client, ms of CPU', measure: importOf('@tracelink/kafka') },
  'import-testing': { title: 'import of @tracelink/testing after api and client, ms of CPU', measure: importOf('@tracelink/testing') },
  'first-message': { title: 'embedded-kafka, first message in a fresh process, ms', measure: firstMessage({ waitForLeaders: true }) },
  'first-unwaited': {
    title: 'embedded-kafka, first message without the 100 ms that kafkajs sleeps before it asks for leaders, ms',
    measure: firstMessage({ waitForLeaders: false }),
  },
  'held-messages': { title: 'embedded-kafka, RSS with 1,000,000 messages of 100 B, MiB', measure: heldMessages },
  ingest: { title: 'studio, spans a second by OTLP in protobuf', measure: ingest },
} as const;
export type FigureName = keyof typeof figures;
export const figureNames: readonly FigureName[] = Object.keys(figures) as FigureName[];

/** One figure: one value a round. */
export interface FigureSeries {
  readonly name: FigureName;
  readonly values: readonly number[];
}

/** Measures each of `names`, one after the other; the packages must be built. */
export async function measureFigures(
  names: readonly FigureName[],
  rounds: number,
  progress: (line: string) => void,
): Promise<FigureSeries[]> {
  const series: FigureSeries[] = [];
  for (const name of names) {
    progress(figures[name].title);
    series.push({ name, values: await figures[name].measure(rounds) });
  }
  return series;
}

function importOf(packageName: string): (rounds: number) => Promise<number[]> {
  const task: ImportTask = { packageName, peers: ['@opentelemetry/api', 'kafkajs'] };
  return (rounds) => repeated(rounds, () => runBuilt<number>('children/import-child.ts', task));
}

function firstMessage(task: FirstMessageTask): (rounds: number) => Promise<number[]> {
  return (rounds) => repeated(rounds, () => runBuilt<number>('children/first-message-child.ts', task));
}

/** Of the command's own process, as a user starts it: this one has loaded a compiler. Once, as it moves by a hundredth. */
async function heldMessages(): Promise<number[]> {
  await using kafka = await startBuilt('embedded-kafka', ['--port', '0', '--topics', 'held:1']);
  const brokers = [kafka.address];
  // The tenth that warms up is held, too.
  const task: BrokerTask = { phase: 'producePerSecond', brokers, topic: 'held', messages: 909_000 };
  await runChild<number>('children/broker-child.ts', task);
  return [residentMiB(kafka.pid)];
}

async function ingest(rounds: number): Promise<number[]> {
  return repeated(Math.ceil(rounds / 2), async () => {
    await using studio = await startBuilt('studio', ['--port', '0']);
    return await runChild<number>('children/ingest-child.ts', { url: studio.address, spans: 40_000 } satisfies IngestTask);
  });
}

async function repeated(rounds: number, measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) values.push(await measure());
  return values;
}

/** The middle value of a figure. */
export function figureOf(series: readonly FigureSeries[], name: FigureName): number | undefined {
  const found = series.find((one) => one.name === name);
  return found && median(found.values);
}
