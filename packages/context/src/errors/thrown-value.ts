import { ContextError } from './context-error.ts';

/** What a class can be called. A name that was set to a sentence, with an id in it perhaps, would make a series of its own. */
const className = /^[\w$.]{1,64}$/;

/**
 * The class of a thrown value as an `error.type` of few values: its name, `_OTHER` where that is none.
 * Source: semantic conventions, recording errors. Never throws.
 */
export function errorClass(error: unknown): string {
  try {
    return error instanceof Error && typeof error.name === 'string' && className.test(error.name) ? error.name : '_OTHER';
  } catch {
    return '_OTHER';
  }
}

/**
 * The low-cardinality `error.type` of a thrown value: our code, else the class name, else `_OTHER`. For spans and metrics of this package:
 * the others have codes of their own.
 * Source: semantic conventions, recording errors. Never throws.
 */
export function errorType(error: unknown): string {
  try {
    if (error instanceof ContextError) return error.code;
    return errorClass(error);
  } catch {
    return '_OTHER';
  }
}

/** A thrown value's message for a span status or a log line: of any object that has one, as some frameworks throw. Never throws. */
export function errorMessage(error: unknown): string {
  try {
    const message: unknown = typeof error === 'object' && error !== null ? (error as { readonly message?: unknown }).message : undefined;
    return error instanceof Error || typeof message === 'string' ? String(message) : String(error);
  } catch {
    return 'a value that has no text form was thrown';
  }
}
