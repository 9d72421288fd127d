import { inspect } from 'node:util';
import { EmbeddedKafkaError } from './embedded-kafka-error.ts';

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
