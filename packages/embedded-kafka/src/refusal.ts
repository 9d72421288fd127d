import type { ErrorName } from './error-codes.ts';

/** Something that is not done: the error of the protocol, and a sentence for who asked. */
export interface Refusal {
  readonly error: ErrorName;
  readonly message: string;
}
