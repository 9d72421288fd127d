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
