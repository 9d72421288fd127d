import { parseArgs } from 'node:util';
import { mutants, type Mutant } from './mutants/mutants.ts';

/** The options of a run. */
export interface Selection {
  readonly help: boolean;
  /** The first seed, and the number of seeds. */
  readonly from: number;
  readonly count: number;
  /** Whether it continues after a seed that fails. */
  readonly all: boolean;
  /** The mutants of the code; each has a run of its own. */
  readonly mutants: readonly Mutant[];
}

/** What `--help` prints. */
export const usage: string = `npm run search -- [--seeds <count>] [--from <seed>] [--seed <seed>] [--all] [--mutant <name>]... [--mutants]

Makes a plan of each seed: a group, its topics, and what happens to them. Runs it on embedded brokers and says what must not be. The first
seed that fails is run again and made as small as it still fails. The result goes to stdout, what happens meanwhile to stderr. Exit code 0
when no seed fails, 1 when one does, 130 when it was stopped.

  --seeds <count>    so many plans; 200 when not given
  --from <seed>      the first seed; 1 when not given
  --seed <seed>      this one only
  --all              go on after a seed that fails, and list them all; none is made smaller
  --mutant <name>    the same with a repair taken out of the code: the exit code is 0 when a seed finds that; may be repeated
  --mutants          with each of them
  --help             this text

mutants:
${mutants.map(({ name, title }) => `  ${name.padEnd(32)}${title}\n`).join('')}`;

/** Reads the arguments. @throws with the error, for a person to read */
export function selectionOf(argv: readonly string[]): Selection {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      seed: { type: 'string' },
      all: { type: 'boolean', default: false },
      mutant: { type: 'string', multiple: true },
      mutants: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { seeds, from, seed, all, mutant: names = [], help } = values;
  if (seed !== undefined && (seeds ?? from) !== undefined) throw new Error('--seed is one seed: leave out --seeds and --from.');
  return {
    help,
    from: natural('--seed', seed) ?? natural('--from', from) ?? 1,
    count: seed === undefined ? (natural('--seeds', seeds) ?? 200) : 1,
    all,
    mutants: values.mutants ? mutants : names.map(named),
  };
}

function natural(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${option} is a whole number from 1 on, not "${text}".`);
  return Number(text);
}

function named(name: string): Mutant {
  const mutant = mutants.find((each) => each.name === name);
  if (mutant === undefined) throw new Error(`There is no mutant "${name}"; --help lists them.`);
  return mutant;
}
