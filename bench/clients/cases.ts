/** The clients that are laid beside each other: kafkajs is what the others are compared with. */
export const clientNames = ['kafkajs', 'confluent', 'platformatic'] as const;
export type ClientName = (typeof clientNames)[number];

/**
 * In what a case is done: by the client alone, by the client wrapped, by the client with the instrumentation that others made for it, or by
 * `subscribe`. Each has a process of its own.
 */
export const ways = ['bare', 'traced', 'peer', 'subscribe'] as const;
export type Way = (typeof ways)[number];

interface Case {
  readonly title: string;
  readonly ways: readonly Way[];
  /** Of a case that consumes and produces: how many keys are handled at once, and whether their messages go into one send. */
  readonly forwards?: { readonly keys: number; readonly together: boolean };
}

/** What is done with the client, and in which ways. */
export const cases = {
  'send-1': { title: 'send of 1', ways: ['bare', 'traced', 'peer'] },
  'send-100': { title: 'send of 100', ways: ['bare', 'traced', 'peer'] },
  consume: { title: 'consume, one by one', ways: ['bare', 'traced', 'peer', 'subscribe'] },
  forward: { title: 'consume and produce, 32 keys at once', ways: ['subscribe'], forwards: { keys: 32, together: false } },
  'forward-32': {
    title: 'consume and produce, what 32 handlers bring at once in one send',
    ways: ['subscribe'],
    forwards: { keys: 32, together: true },
  },
  'forward-128': {
    title: 'consume and produce, what 128 handlers bring at once in one send',
    ways: ['subscribe'],
    forwards: { keys: 128, together: true },
  },
} as const satisfies Readonly<Record<string, Case>>;
export type CaseName = keyof typeof cases;
export const caseNames: readonly CaseName[] = Object.keys(cases) as CaseName[];
