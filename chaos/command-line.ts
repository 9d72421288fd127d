import { parseArgs } from 'node:util';
import { clients, isClientName, type ClientName } from './members/clients/clients.ts';
import { mutants, type Mutant } from './members/mutants.ts';
import type { Row } from './scene/row.ts';

/** The options of a run. */
export interface Selection {
  readonly help: boolean;
  readonly rows: readonly Row[];
  readonly mutant: Mutant | undefined;
  /** The client libraries of the members: each row is run with each. */
  readonly clients: readonly ClientName[];
}

/** What `--help` prints. */
export function usage(rows: readonly Row[]): string {
  const list = (items: readonly (readonly [name: string, title: string])[]): string =>
    items.map(([name, title]) => `  ${name.padEnd(32)}${title}\n`).join('');
  return `npm run chaos -- [--only <row>]... [--client <client>]... [--mutant <mutant>]

Starts three nodes of Apache Kafka in containers, causes one fault after the other while a group consumes, and says what became of
the messages. The table goes to stdout, what happens meanwhile to stderr. Exit code 0 when the last line is "lost 0" and nothing else
was wrong; 1 when something was, 130 when it was stopped.

  --only <row>         one of the rows below; may be repeated
  --client <client>    the client library of the members, one of those below; may be repeated; kafkajs by default
  --mutant <mutant>    members make a mistake on purpose, in the row that shows it or in those of --only: the exit code must be 1
  --help               this text

KAFKA_IMAGE=apache/kafka:4.4.0 is what runs in the containers.

rows:
${list(rows.map(({ name, title }) => [name, title]))}
clients:
${list(Object.entries(clients).map(([name, { title }]) => [name, `members on ${title}`]))}
mutants:
${list(Object.entries(mutants).map(([name, { title }]) => [name, title]))}`;
}

/** Reads the arguments. @throws with the error, for a person to read */
export function selectionOf(argv: readonly string[], rows: readonly Row[]): Selection {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', multiple: true },
      client: { type: 'string', multiple: true, default: ['kafkajs'] },
      mutant: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { only = [], client: clientNames, mutant, help } = values;
  for (const name of only) if (!rows.some((row) => row.name === name)) throw new Error(`There is no row "${name}"; --help lists them.`);
  const chosen = clientNames.map((name): ClientName => {
    if (!isClientName(name)) throw new Error(`There is no client "${name}"; --help lists them.`);
    return name;
  });
  if (mutant !== undefined && !isMutant(mutant)) throw new Error(`There is no mutant "${mutant}"; --help lists them.`);
  const unable = chosen.find((client) => mutant !== undefined && !clients[client].mistakes.some((each) => each === mutant));
  if (unable !== undefined) throw new Error(`No member on ${clients[unable].title} can be the mutant "${mutant}".`);
  const names = only.length === 0 && mutant !== undefined ? [mutants[mutant].row] : only;
  return { help, rows: names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name)), mutant, clients: chosen };
}

function isMutant(name: string): name is Mutant {
  return Object.hasOwn(mutants, name);
}
