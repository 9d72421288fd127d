import { parseArgs } from 'node:util';
import { caseNames, cases, clientNames, ways, type CaseName, type ClientName, type Way } from './cases.ts';

/** What a run measures, and where. */
export interface Selection {
  readonly isHelp: boolean;
  readonly rounds: number;
  /** What a run takes at most, whatever the machine does meanwhile. */
  readonly minutes: number;
  readonly clients: readonly ClientName[];
  readonly cases: readonly CaseName[];
  readonly ways: readonly Way[];
  readonly broker: { readonly kind: 'embedded' } | { readonly kind: 'image' | 'brokers'; readonly at: string };
}

/** Below it a median says nothing of the machine's noise. */
const fewestRounds = 5;

const mostMinutes = 3;

export const help = `npm run bench:clients -- [options]

Measures each client bare, wrapped by tracelink and under subscribe, sampled, in interleaved rounds: CPU time a message
and messages a second, and what they are of the bare client's and of kafkajs' in the same way. A bare send writes by
hand the headers that a traced one writes.

  --rounds <number>    of which the medians count, ${fewestRounds} or more  (${fewestRounds})
  --minutes <number>   after which it prints what whole rounds gave, and fails  (${mostMinutes})
  --brokers <list>     a Kafka that runs; topics are created and deleted there
  --image <image>      Apache Kafka in a container; without both: embedded-kafka, in a process of its own
  --peers              beside the instrumentations that others made for each client, too: installs two of them into the
                       cache when it is asked for the first time
  --only <name>        one of the names below; may be repeated
  --help               this text

clients: ${clientNames.join(', ')}
cases:
${caseNames.map((name) => `  ${name.padEnd(18)}${cases[name].title} (${cases[name].ways.join(', ')})\n`).join('')}
Exit codes: 0 measured, 1 it failed or took too long, 2 the options are wrong, 130 ended by Ctrl-C.
`;

/** Reads the arguments. @throws with what is wrong, for a person to read */
export function selectionOf(argv: readonly string[]): Selection {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rounds: { type: 'string', default: String(fewestRounds) },
      minutes: { type: 'string', default: String(mostMinutes) },
      brokers: { type: 'string' },
      image: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] as string[] },
      peers: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { brokers, image, only, peers, help: isHelp } = values;
  const rounds = Number(values.rounds);
  if (!Number.isSafeInteger(rounds) || rounds < fewestRounds) throw new Error(`--rounds must be a whole number from ${fewestRounds}.`);
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error('--minutes must be a number above 0.');
  if (brokers !== undefined && image !== undefined) throw new Error('--brokers or --image: a run has one Kafka.');
  const unknown = only.find((name) => ![...clientNames, ...caseNames].some((known) => known === name));
  if (unknown !== undefined) throw new Error(`There is no client and no case "${unknown}"; --help lists them.`);
  return {
    isHelp,
    rounds,
    minutes,
    clients: chosen(clientNames, only),
    cases: chosen(caseNames, only),
    ways: ways.filter((way) => way !== 'peer' || peers),
    broker:
      brokers !== undefined ? { kind: 'brokers', at: brokers } : image !== undefined ? { kind: 'image', at: image } : { kind: 'embedded' },
  };
}

/** Those that are named; all where none of them is. */
function chosen<N extends string>(all: readonly N[], only: readonly string[]): readonly N[] {
  const named = all.filter((name) => only.includes(name));
  return named.length === 0 ? all : named;
}
