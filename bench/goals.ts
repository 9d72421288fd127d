import { flowNames, flows, type FlowSeries } from './end-to-end/end-to-end.ts';
import { median } from './measure/median.ts';
import { cases, type CaseName, type Library } from './measure/scenario.ts';
import { addedCost, type StubSeries } from './stub/stub-rounds.ts';

/** A goal and what was measured. */
export interface Verdict {
  readonly goal: string;
  readonly library: Library;
  /** What `actual` is held against. */
  readonly limit: number;
  readonly actual: number;
  readonly met: boolean;
}

/** Added cost a message over contrib's, sampled. */
const overContrib: readonly (readonly [CaseName, number])[] = [
  ['send-1', 0.7],
  ['send-100', 1 / 15],
  ['each-message', 0.8],
  ['each-batch-100', 1 / 5],
];

/** Added cost without a sampled trace over that with one. */
const unsampledOverSampled = 0.5;

/** Throughput over bare kafkajs' in batches of 100. */
const throughputOverBare = 0.97;

const ours = ['ours', 'ours-global'] as const;

/** Holds what was measured against the goals; what was not measured has no verdict. */
export function verdicts(stub: readonly StubSeries[], endToEnd: readonly FlowSeries[]): Verdict[] {
  return ours.flatMap((library) => [
    ...overContrib.flatMap(([name, limit]) =>
      atMost(
        `${cases[name].title}: added cost over contrib's`,
        library,
        limit,
        addedCost(stub, name, 'sampled', library),
        addedCost(stub, name, 'sampled', 'contrib'),
      ),
    ),
    ...overContrib.flatMap(([name]) =>
      atMost(
        `${cases[name].title}: added cost unsampled over sampled`,
        library,
        unsampledOverSampled,
        addedCost(stub, name, 'unsampled', library),
        addedCost(stub, name, 'sampled', library),
      ),
    ),
    ...flowNames
      .filter((flow) => flow !== 'consume')
      .flatMap((flow) => {
        const found = endToEnd.find((one) => one.flow === flow && one.library === library);
        if (found === undefined) return [];
        const actual = median(found.ratio);
        return [
          {
            goal: `real broker, ${flows[flow]}: throughput over bare`,
            library,
            limit: throughputOverBare,
            actual,
            met: actual >= throughputOverBare,
          },
        ];
      }),
  ]);
}

function atMost(goal: string, library: Library, limit: number, part: number | undefined, whole: number | undefined): Verdict[] {
  if (part === undefined || whole === undefined) return [];
  const actual = part / whole;
  return [{ goal, library, limit, actual, met: actual <= limit }];
}
