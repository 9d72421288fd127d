import { flowNames, flows, type FlowName, type FlowSeries } from './end-to-end/end-to-end.ts';
import { figureOf, figures, type FigureName, type FigureSeries } from './figures/figures.ts';
import { median } from './measure/median.ts';
import { cases, type CaseName, type Mode } from './measure/scenario.ts';
import type { BytesSeries } from './stub/stub-bytes.ts';
import { overContrib, type StubSeries } from './stub/stub-rounds.ts';
import type { SubscribeSeries } from './subscribe/subscribe-rounds.ts';

/** All that one run measured; what it left out is empty. */
export interface Measured {
  readonly stub: readonly StubSeries[];
  readonly bytes: readonly BytesSeries[];
  readonly subscribe: readonly SubscribeSeries[];
  readonly figures: readonly FigureSeries[];
  readonly endToEnd: readonly FlowSeries[];
}

/** A goal and what was measured. */
export interface Verdict {
  readonly goal: string;
  readonly sense: 'at most' | 'at least';
  readonly limit: number;
  readonly actual: number;
  /** How many times the goal the figure is: above 1 it is missed, whatever its sense. */
  readonly ratio: number;
  /** Whether the figure compares two measurements of one run, so that it means the same on any machine. */
  readonly isComparison: boolean;
}

/** Added cost a message over contrib's, both with the global B3 propagator. */
export const overContribGoals: Readonly<Partial<Record<Mode, Readonly<Partial<Record<CaseName, number>>>>>> = {
  sampled: { 'send-1': 0.6, 'send-100': 0.05, 'each-message': 0.5, 'each-batch-100': 0.12 },
  metrics: { 'send-1': 0.85, 'send-100': 0.05, 'each-message': 0.55, 'each-batch-100': 0.15 },
  unsampled: { 'send-1': 0.6, 'each-message': 0.5, 'each-batch-100': 0.15 },
};

/** Bytes that we allocate for a message. */
const bytesGoals: Readonly<Partial<Record<CaseName, number>>> = { 'send-1': 7_500, 'each-message': 7_000, 'each-batch-100': 1_300 };

/** Throughput of the main thread over that of bare `eachMessage`, with a handler that does nothing. */
export const subscribeGoals: Readonly<Record<string, number>> = {
  'subscribe, no SDK': 0.95,
  'subscribe, unsampled, global': 0.6,
  'subscribe, sampled, global': 0.5,
  'subscribe, sampled, metrics, global': 0.35,
};

/** The first message has its goal without what kafkajs sleeps; with it the figure is in the table of figures. */
const figureGoals: Readonly<Partial<Record<FigureName, readonly [Verdict['sense'], number]>>> = {
  'import-kafka': ['at most', 20],
  'import-testing': ['at most', 60],
  'first-unwaited': ['at most', 120],
  'held-messages': ['at most', 240],
  ingest: ['at least', 40_000],
};

/** Throughput over that of bare kafkajs; a bare send has the same headers. */
const flowGoals: Readonly<Partial<Record<FlowName, number>>> = { produce: 0.98, 'consume-100': 0.85 };

/** Holds what was measured against the goals; what was not measured has no verdict. */
export function verdicts({ stub, bytes, subscribe, figures: measured, endToEnd }: Measured): Verdict[] {
  return [
    ...entries(overContribGoals).flatMap(([mode, goals]) =>
      entries(goals).flatMap(([name, limit]) =>
        verdict(
          `${cases[name].title}, ${mode}: added cost over contrib’s`,
          'at most',
          limit,
          true,
          overContrib(stub, name, mode, 'ours-global'),
        ),
      ),
    ),
    ...entries(subscribeGoals).flatMap(([name, limit]) =>
      verdict(`${name}: of bare eachMessage`, 'at least', limit, true, subscribe.find((one) => one.name === name)?.ofBare ?? []),
    ),
    ...entries(bytesGoals).flatMap(([name, limit]) => {
      const found = bytes.filter((one) => one.name === name && one.library === 'ours-global').map(({ added }) => added);
      return verdict(`${cases[name].title}: bytes allocated a message`, 'at most', limit, true, found);
    }),
    ...flowNames.flatMap((flow) => {
      const found = endToEnd.find((one) => one.flow === flow && one.library === 'ours-global')?.ratio ?? [];
      return verdict(`Apache Kafka, ${flows[flow]}: throughput over bare`, 'at least', flowGoals[flow], true, found);
    }),
    ...entries(figureGoals).flatMap(([name, [sense, limit]]) => {
      const found = figureOf(measured, name);
      return verdict(figures[name].title, sense, limit, false, found === undefined ? [] : [found]);
    }),
  ];
}

function verdict(
  goal: string,
  sense: Verdict['sense'],
  limit: number | undefined,
  isComparison: boolean,
  values: readonly number[],
): Verdict[] {
  if (limit === undefined || values.length === 0) return [];
  const actual = median(values);
  return [{ goal, sense, limit, actual, ratio: sense === 'at most' ? actual / limit : limit / actual, isComparison }];
}

function entries<K extends string, V>(record: Readonly<Partial<Record<K, V>>>): [K, V][] {
  return Object.entries(record) as [K, V][];
}
