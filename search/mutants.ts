/** One change of a file of the packages. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** It must be in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The code without one of its repairs: a search that does not find it finds nothing. */
export interface Mutant {
  readonly name: string;
  /** What it does wrong. */
  readonly title: string;
  readonly edits: readonly Edit[];
}

export const mutants: readonly Mutant[] = [];
