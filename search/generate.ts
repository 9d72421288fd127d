import fc from 'fast-check';
import type { Fate, Plan, PlannedRecord, Setup, Step } from './plan.ts';

const fate = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Fate>('fine') },
  { weight: 2, arbitrary: fc.constantFrom<Fate>('poison', 'poison', 'slow') },
  { weight: 2, arbitrary: fc.constantFrom<Fate>('flaky', 'hangs', 'deaf') },
);

const record: fc.Arbitrary<PlannedRecord> = fc.record({
  key: fc.nat({ max: 3 }),
  fate,
  header: fc.constantFrom('none', 'none', 'none', 'text', 'null'),
});

const setup: fc.Arbitrary<Setup> = fc.record({
  brokers: fc.constantFrom(1, 1, 2),
  partitions: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 2 }),
  fromBeginning: fc.boolean(),
  keys: fc.constantFrom(1, 4),
  partitionsAtOnce: fc.constantFrom(1, 3),
  attempts: fc.integer({ min: 1, max: 3 }),
  deadLetter: fc.constantFrom(true, true, false),
  retryTopics: fc.constantFrom('none', 'none', 'relaxed', 'strict'),
  circuitBreaker: fc.constantFrom(false, false, true),
  commitInterval: fc.constantFrom(5, 1_000),
});

const number = fc.nat({ max: 11 });
const records = fc.array(record, { minLength: 1, maxLength: 5 });
const grace = fc.constantFrom(0, 20, 200);
const timeout = fc.constantFrom(50, 300, 1_000);

function step<K extends Step['do']>(
  kind: K,
  rest: { [P in Exclude<keyof Extract<Step, { do: K }>, 'do'>]: fc.Arbitrary<Extract<Step, { do: K }>[P]> },
): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant(kind), ...rest } as never) as fc.Arbitrary<Step>;
}

const steps: readonly (readonly [weight: number, step: fc.Arbitrary<Step>])[] = [
  [10, step('send', { topic: number, partition: number, records })],
  [4, step('join', {})],
  [3, step('drain', { member: number, grace, timeout, awaited: fc.constantFrom(true, true, false) })],
  [2, step('kill', { member: number })],
  [5, step('wait-for', { what: fc.constantFrom('all-done', 'in-flight', 'blocked') })],
  [1, step('release', {})],
  [1, step('pause', { member: number })],
  [1, step('resume', { member: number })],
];

const anyStep = fc.oneof(...steps.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const plan: fc.Arbitrary<Plan> = fc.record({ setup, steps: fc.array(anyStep, { minLength: 4, maxLength: 16, size: 'max' }) });

/** The plan of a seed: the same for the same seed. */
export function planOf(seed: number): Plan {
  const [generated] = fc.sample(plan, { seed, numRuns: 1 });
  return generated as Plan;
}
