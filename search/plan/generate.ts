import type { DeliveryTopic, Fate, Plan, PlannedRecord, Setup, Step } from './plan.ts';
import { Random } from './random.ts';

/** How often a step occurs in a plan compared to others, and how to make one. */
type Weighted = readonly [weight: number, make: () => Step];

type RareKind = Exclude<Step['do'], 'send' | 'join' | 'wait-for' | 'drain' | 'crash'>;

/** The subjects of some plans: faults that need several things at once are seldom found by chance. */
interface Theme {
  readonly setup: Partial<Setup>;
  readonly fates: readonly Fate[];
  readonly steps: readonly RareKind[];
}

const themes: readonly Theme[] = [
  { setup: {}, fates: [], steps: [] },
  { setup: {}, fates: [], steps: [] },
  // Writes for the group, and where they are missing.
  { setup: { deadLetter: true, circuitBreaker: false }, fates: ['poison', 'poison'], steps: ['recreate-delivery-topic', 'refuse-writes'] },
  // What is remembered of one log, applied to another one.
  { setup: { keys: 4, deadLetter: false, retryTopics: 'none', circuitBreaker: false }, fates: ['poison'], steps: ['recreate', 'resume'] },
  // What a member leaves behind when it drains.
  {
    setup: { deadLetter: false, retryTopics: 'none', circuitBreaker: false },
    fates: ['poison'],
    steps: ['resume-drained', 'resume-drained'],
  },
];

/** The plan of a seed: the same for the same seed. */
export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const theme = random.oneOf(...themes);
  const setup = { ...setupOf(random), ...theme.setup };
  // Its own numbers keep the plans without what it decides as they are, and so the seeds of faults.
  const own = new Random(-seed);
  const record = recordsOf(random, theme.fates, decidedFateOf(own));
  // A few kinds that meet often find more than all kinds that meet seldom.
  const all = rareSteps(random, record);
  const rare = [...theme.steps.map((kind) => all[kind]), ...random.someOf(Object.values(all), random.between(1, 4))];
  const kinds = [...usualSteps(random, record), ...rare].flatMap(([weight, make]) => Array.from({ length: weight }, () => make));
  // Usually a member is there from the start.
  const first: readonly Step[] = random.oneOf([], [{ do: 'join' }], [{ do: 'join' }]);
  const steps = [...first, ...random.times(random.between(4, 16), () => random.oneOf(...kinds)())];
  return { setup, steps: [...steps, ...crashOf(own)] };
}

function setupOf(random: Random): Setup {
  return {
    brokers: random.oneOf(1, 1, 2),
    partitions: random.times(random.oneOf(1, 1, 2), () => random.between(1, 4)),
    fromBeginning: random.oneOf(true, false),
    keys: random.oneOf(1, 4),
    partitionsAtOnce: random.oneOf(1, 3),
    attempts: random.between(1, 3),
    deadLetter: random.oneOf(true, true, false),
    retryTopics: random.oneOf('none', 'none', 'relaxed', 'strict'),
    circuitBreaker: random.oneOf(false, false, true),
    commitInterval: random.oneOf(5, 1_000),
  };
}

/** A fate that some plans have in place of `flaky`. */
function decidedFateOf(random: Random): Fate {
  return random.oneOf<Fate>('flaky', 'flaky', 'stops', 'skipped');
}

/** How some plans go on: a member is drained while its crashed consumer joins the group again, and records come. */
function crashOf(random: Random): readonly Step[] {
  if (random.below(8) > 0) return [];
  const fine = (): PlannedRecord => ({ key: random.below(4), fate: 'fine', header: 'none' });
  return [
    { do: 'join' },
    { do: 'crash', joinMs: random.between(50, 300) },
    { do: 'drain', member: random.below(12), grace: random.oneOf(0, 20), timeout: 300, awaited: random.oneOf(true, false) },
    ...[0, 1, 2, 3].map((partition): Step => ({ do: 'send', topic: 0, partition, records: random.times(2, fine) })),
  ];
}

/** Makes the records of one plan: of a few fates, with or without headers. */
function recordsOf(random: Random, always: readonly Fate[], flaky: Fate): () => PlannedRecord {
  const fates = [
    ...always,
    ...random.someOf<Fate>(['poison', 'poison', 'slow', flaky, 'hangs', 'deaf'], random.between(0, 4 - always.length)),
  ];
  const headers = random.oneOf<readonly PlannedRecord['header'][]>(['none'], ['none'], ['none', 'text', 'null']);
  return () => ({
    key: random.below(4),
    fate: random.oneOf<Fate>('fine', 'fine', 'fine', ...fates),
    header: random.oneOf(...headers),
  });
}

function usualSteps(random: Random, record: () => PlannedRecord): readonly Weighted[] {
  const number = (): number => random.below(12);
  return [
    [8, () => ({ do: 'send', topic: number(), partition: number(), records: random.times(random.between(1, 5), record) })],
    [4, () => ({ do: 'join' })],
    [4, () => ({ do: 'wait-for', what: random.oneOf('all-done', 'all-done', 'in-flight', 'blocked') })],
    [
      2,
      () => ({
        do: 'drain',
        member: number(),
        grace: random.oneOf(0, 20, 200),
        timeout: random.oneOf(50, 300, 1_000),
        awaited: random.oneOf(true, true, false),
      }),
    ],
  ];
}

function rareSteps(random: Random, record: () => PlannedRecord): Readonly<Record<RareKind, Weighted>> {
  const number = (): number => random.below(12);
  const deliveryTopic = (): DeliveryTopic => random.oneOf('dead-letter', 'dead-letter', 'first-retry', 'last-retry');
  return {
    'send-aborted': [3, () => ({ do: 'send-aborted', topic: number(), partition: number(), count: random.between(1, 3) })],
    kill: [4, () => ({ do: 'kill', member: number() })],
    pause: [3, () => ({ do: 'pause', member: number() })],
    resume: [4, () => ({ do: 'resume', member: number() })],
    'resume-drained': [2, () => ({ do: 'resume-drained', member: number() })],
    release: [3, () => ({ do: 'release' })],
    'refuse-writes': [
      4,
      () => ({ do: 'refuse-writes', topic: number(), deliveryTopic: deliveryTopic(), times: random.oneOf(1, 2, 5, 1_000) }),
    ],
    'fail-commits': [
      3,
      () => ({ do: 'fail-commits', how: random.oneOf('refused', 'answer-lost', 'request-lost'), times: random.oneOf(1, 2, 4) }),
    ],
    heal: [2, () => ({ do: 'heal' })],
    expire: [3, () => ({ do: 'expire', member: number() })],
    rebalance: [3, () => ({ do: 'rebalance' })],
    'delete-group': [3, () => ({ do: 'delete-group' })],
    'move-coordinator': [2, () => ({ do: 'move-coordinator', broker: number() })],
    'move-leader': [2, () => ({ do: 'move-leader', topic: number(), partition: number(), broker: number() })],
    'drop-connections': [2, () => ({ do: 'drop-connections', broker: number() })],
    recreate: [
      5,
      () => ({
        do: 'recreate',
        topic: number(),
        partitions: random.between(1, 4),
        // A topic must be away for longer than a member may spend without a fetch, or the member does not notice.
        gap: random.oneOf(200, 200, 300, 500),
        refill: random.oneOf('none', 'fewer', 'as-many', 'more', 'more'),
        records: random.times(random.between(1, 4), record),
      }),
    ],
    'recreate-delivery-topic': [
      4,
      () => ({ do: 'recreate-delivery-topic', topic: number(), deliveryTopic: deliveryTopic(), partitions: random.between(1, 4) }),
    ],
    'add-partitions': [3, () => ({ do: 'add-partitions', topic: number(), count: random.between(1, 2) })],
    'delete-records': [3, () => ({ do: 'delete-records', topic: number(), partition: number(), count: random.between(1, 4) })],
    advance: [2, () => ({ do: 'advance', ms: random.oneOf(100, 3_000, 10_000) })],
  };
}
