/**
 * Why {@link PropagationError} was thrown:
 * - `unknown_option`: an option that does not exist, most often a misspelt one
 * - `invalid_formats`: `inject` or `extract` is empty, repeats itself, or names a format that cannot stand there
 * - `invalid_option`: another option has a value that it cannot have
 */
export type PropagationErrorCode = 'unknown_option' | 'invalid_formats' | 'invalid_option';

const brand = Symbol.for('@tracelink/propagation.PropagationError');

/** Thrown by `kafkaPropagation` for options that make no sense; nothing throws later, when messages flow. */
export class PropagationError extends Error {
  override readonly name = 'PropagationError';
  readonly code: PropagationErrorCode;

  constructor(code: PropagationErrorCode, message: string) {
    super(`[${code}] ${message}`);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  // Two copies of this package in one process are common in workspaces: `instanceof` works across them.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
