import { parseArgs } from 'node:util';
import type { Row } from './row.ts';

/** What a run does. */
export interface Selection {
  readonly help: boolean;
  readonly rows: readonly Row[];
  readonly commitFirst: boolean;
}

/** What `--help` prints. */
export function usage(rows: readonly Row[]): string {
  return `npm run chaos -- [--only <row>]... [--mutant commit-first]

Starts three nodes of Apache Kafka in containers, causes one fault after the other while a group consumes, and says what became of
the messages. Exit code 0 when the last line is "lost 0" and nothing else was wrong; else 1.

  --only <row>            one of the rows below; may be repeated
  --mutant commit-first   consumers commit each batch before they handle it: shows that what is lost is found
  --help                  this text

KAFKA_IMAGE=apache/kafka:4.3.1 is what runs in the containers.

rows:
${rows.map(({ name, title }) => `  ${name.padEnd(32)}${title}\n`).join('')}`;
}

/** Reads the arguments. @throws with what is wrong, for a person to read */
export function selectionOf(argv: readonly string[], rows: readonly Row[]): Selection {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', multiple: true },
      mutant: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, mutant, help } = values;
  for (const name of only ?? [])
    if (!rows.some((row) => row.name === name)) throw new Error(`There is no row "${name}"; --help lists them.`);
  if (mutant !== undefined && mutant !== 'commit-first') throw new Error(`There is no mutant "${mutant}": it is "commit-first".`);
  return { help, rows: rows.filter(({ name }) => only?.includes(name) ?? true), commitFirst: mutant !== undefined };
}
