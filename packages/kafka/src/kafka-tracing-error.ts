/**
 * Why {@link KafkaTracingError} was thrown:
 * - `not_a_client`: what was to be wrapped is no producer or consumer
 * - `unknown_option`: an option that does not exist, most often a misspelt one
 * - `invalid_option`: an option has a value that it cannot have
 */
export type KafkaTracingErrorCode = 'not_a_client' | 'unknown_option' | 'invalid_option';

const brand = Symbol.for('@tracelink/kafka.KafkaTracingError');

/** Thrown while a client is wrapped, when that makes no sense; nothing of ours throws later, when messages flow. */
export class KafkaTracingError extends Error {
  override readonly name = 'KafkaTracingError';
  readonly code: KafkaTracingErrorCode;

  constructor(code: KafkaTracingErrorCode, message: string) {
    super(`[${code}] ${message}`);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  // Two copies of this package in one process are common in workspaces: `instanceof` works across them.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
