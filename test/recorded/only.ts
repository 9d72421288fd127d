import { parseArgs } from 'node:util';

/** Which of the pieces of software a run is about. */
export interface Selection<S> {
  readonly help: boolean;
  readonly chosen: readonly S[];
}

/**
 * Reads `--only <name>`, which may be repeated, and `--help`.
 *
 * @param kind what the names are of, as the error says it
 * @throws with the error, for a person to read
 */
export function onlyOf<S extends { readonly name: string }>(argv: readonly string[], all: readonly S[], kind: string): Selection<S> {
  const { values } = parseArgs({
    args: [...argv],
    options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', default: false } },
  });
  // The option's name, not mocha's.
  // oxlint-disable-next-line no-restricted-properties
  const { only = [], help } = values;
  for (const name of only)
    if (!all.some((each) => each.name === name)) throw new Error(`There is no ${kind} "${name}"; --help lists them.`);
  return { help, chosen: only.length === 0 ? all : all.filter(({ name }) => only.includes(name)) };
}
