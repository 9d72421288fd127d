import { ContextError } from './context-error.ts';

/**
 * The low-cardinality `error.type` of a thrown value: our code, else the class name, else `_OTHER`.
 * Source: semantic conventions, recording errors. Never throws.
 */
export function errorType(error: unknown): string {
  try {
    if (error instanceof ContextError) return error.code;
    return error instanceof Error && typeof error.name === 'string' && error.name !== '' ? error.name : '_OTHER';
  } catch {
    return '_OTHER';
  }
}

/** A thrown value's message for a span status or a log line; never throws, whatever was thrown. */
export function errorMessage(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return 'a value that has no text form was thrown';
  }
}
