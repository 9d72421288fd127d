import { WireError } from '../../src/wire/wire-error.ts';

/** The error of the codec that `work` ends with; what else it throws goes on. */
export function thrownBy(work: () => unknown): WireError {
  try {
    work();
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error('It threw nothing');
}
