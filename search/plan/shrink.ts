import type { Plan, PlannedRecord, Setup, Step } from './plan.ts';

/** The limits of {@link shrink}. */
export interface ShrinkLimits {
  /** Milliseconds. */
  readonly within: number;
  /** Plans that are tried at the same time. */
  readonly atOnce: number;
}

/**
 * The simplest plan that still fails: with fewer steps, fewer and plainer records, a plainer set-up.
 *
 * @param fails whether a plan fails in the same way
 */
export async function shrink(plan: Plan, fails: (plan: Plan) => Promise<boolean>, { within, atOnce }: ShrinkLimits): Promise<Plan> {
  const end = performance.now() + within;
  let best = plan;
  for (;;) {
    const simpler = await firstFailing(simplerPlans(best), fails, { end, atOnce });
    if (simpler === undefined) return best;
    best = simpler;
  }
}

async function firstFailing(
  candidates: Iterable<Plan>,
  fails: (plan: Plan) => Promise<boolean>,
  { end, atOnce }: { readonly end: number; readonly atOnce: number },
): Promise<Plan | undefined> {
  let some: Plan[] = [];
  const found = async (): Promise<Plan | undefined> => {
    const failing = await Promise.all(some.map(fails));
    return some[failing.indexOf(true)];
  };
  for (const candidate of candidates) {
    if (performance.now() > end) return undefined;
    some.push(candidate);
    if (some.length < atOnce) continue;
    const first = await found();
    if (first !== undefined) return first;
    some = [];
  }
  return found();
}

/** The smallest ones come first. */
function* simplerPlans({ setup, steps }: Plan): Generator<Plan> {
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < steps.length; from += size) yield { setup, steps: steps.toSpliced(from, size) };
  for (const [index, step] of steps.entries()) for (const simpler of simplerSteps(step)) yield { setup, steps: steps.with(index, simpler) };
  for (const simpler of simplerSetups(setup)) yield { setup: simpler, steps };
}

function* simplerSteps(step: Step): Generator<Step> {
  if (step.do === 'send') {
    const { records } = step;
    if (records.length > 1) for (const index of records.keys()) yield { ...step, records: records.toSpliced(index, 1) };
    for (const [index, record] of records.entries())
      for (const plainer of plainerRecords(record)) yield { ...step, records: records.with(index, plainer) };
  }
  if (step.do === 'recreate') {
    const { records } = step;
    if (records.length > 1) for (const index of records.keys()) yield { ...step, records: records.toSpliced(index, 1) };
    for (const [index, record] of records.entries())
      for (const plainer of plainerRecords(record)) yield { ...step, records: records.with(index, plainer) };
    if (step.refill !== 'none') yield { ...step, refill: 'none' };
    if (step.gap > 0) yield { ...step, gap: 0 };
    if (step.partitions > 1) yield { ...step, partitions: step.partitions - 1 };
  }
}

function* plainerRecords(record: PlannedRecord): Generator<PlannedRecord> {
  if (record.fate !== 'fine') yield { ...record, fate: 'fine' };
  if (record.header !== 'none') yield { ...record, header: 'none' };
}

const plainest: Omit<Setup, 'partitions'> = {
  brokers: 1,
  fromBeginning: true,
  keys: 1,
  partitionsAtOnce: 1,
  attempts: 1,
  deadLetter: true,
  retryTopics: 'none',
  circuitBreaker: false,
  commitInterval: 1_000,
};

function* simplerSetups(setup: Setup): Generator<Setup> {
  for (const [name, plain] of Object.entries(plainest))
    if (setup[name as keyof typeof plainest] !== plain) yield { ...setup, [name]: plain };
  if (setup.partitions.length > 1) yield { ...setup, partitions: setup.partitions.slice(0, 1) };
  for (const [index, count] of setup.partitions.entries())
    if (count > 1) yield { ...setup, partitions: setup.partitions.with(index, count - 1) };
}
