import { inspect } from 'node:util';
/** Why embedded-kafka rejected a call. */
export type EmbeddedKafkaErrorCode =
  /** An invalid option or argument: the message names it and what it takes. */
  | 'invalid_option'
  /** The port is taken, or the address does not belong to this machine. */
  | 'cannot_listen'
  /** A topic, partition, group, member, broker or transaction does not exist. */
  | 'not_found'
  /** The broker stopped before the awaited request arrived. */
  | 'stopped'
  /** A fault was set and hit fewer requests than it should. */
  | 'pending_faults';

const brand = Symbol.for('@tracelink/embedded-kafka.EmbeddedKafkaError');

/** The error that all methods of this package throw, with a code that says why. */
export class EmbeddedKafkaError extends Error {
  override readonly name = 'EmbeddedKafkaError';
  /** Why the call failed. */
  readonly code: EmbeddedKafkaErrorCode;

  constructor(code: EmbeddedKafkaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** By a brand: copies of this package in one process know each other's errors. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/**
 * Rejects a value that is not a whole number in range. A numeric string is rejected too: `'5'` would be compared as a
 * number here and concatenated as text elsewhere.
 *
 * @throws {EmbeddedKafkaError} `invalid_option`
 */
export function checkWhole(name: string, value: number, min: number, max: number = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new EmbeddedKafkaError('invalid_option', `${name} must be a whole number ${range}, not ${inspect(value)}`);
}

/**
 * Rejects a value that is not a number of milliseconds of at least 0.
 *
 * @throws {EmbeddedKafkaError} `invalid_option`
 */
export function checkDuration(name: string, ms: number): void {
  if (isDuration(ms)) return;
  throw new EmbeddedKafkaError('invalid_option', `${name} must be a number of milliseconds of at least 0, not ${inspect(ms)}`);
}

/** Whether a value is a number of milliseconds of at least 0. */
export function isDuration(ms: unknown): boolean {
  return typeof ms === 'number' && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER;
}
