import type { Violation } from './journal.ts';

/** One change of a file of the packages. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** It must be in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The code with a mistake, or without one of its repairs: a search that does not find it finds nothing. */
export interface Mutant {
  readonly name: string;
  /** What it does wrong. */
  readonly title: string;
  /** What a seed has to say of it. */
  readonly shows: readonly Violation['kind'][];
  readonly edits: readonly Edit[];
}

export const mutants: readonly Mutant[] = [
  {
    name: 'failed-spans-open',
    title: 'the span of what failed never ends',
    shows: ['spans'],
    edits: [
      {
        file: 'packages/kafka/src/tracing.ts',
        find: "contained('ending a span', () => span.end(), this);",
        replace: "if (failure === undefined) contained('ending a span', () => span.end(), this);",
      },
    ],
  },
];
