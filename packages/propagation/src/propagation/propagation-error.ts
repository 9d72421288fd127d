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

/** Checks that `options` is an object that holds no other names. @throws PropagationError */
export function checkNames(options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new PropagationError('invalid_option', 'The options must be an object: leave them out to use the global propagator.');
  }
  for (const name of Object.keys(options)) {
    if (!names.includes(name))
      throw new PropagationError('unknown_option', `There is no option "${name}": use one of ${names.join(', ')}.`);
  }
}

/** `value` when it is one of `allowed`. @throws PropagationError */
export function oneOf<T>(option: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw new PropagationError(
    'invalid_option',
    `"${option}" is ${JSON.stringify(value)}: use ${allowed.map((one) => JSON.stringify(one)).join(' or ')}.`,
  );
}
