import { WireError } from '../../src/wire/bytes/wire-error.ts';

/** The codec error that `work` throws; any other error is rethrown. */
export function thrownBy(work: () => unknown): WireError {
  try {
    work();
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error('It threw nothing');
}
