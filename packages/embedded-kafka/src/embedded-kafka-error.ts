/** Why embedded-kafka did not do what was asked. */
export type EmbeddedKafkaErrorCode =
  /** An option that cannot be: the message names it and what it takes. */
  | 'invalid_option'
  /** The port is taken or the address is not this machine's. */
  | 'cannot_listen'
  /** A topic, partition, group, member, broker or transaction that is not there. */
  | 'not_found'
  /** The broker stopped while something was waited for. */
  | 'stopped'
  /** Faults were set and never hit. */
  | 'pending_faults';

/** The one error that this package throws by itself. */
export class EmbeddedKafkaError extends Error {
  override readonly name = 'EmbeddedKafkaError';
  readonly code: EmbeddedKafkaErrorCode;

  constructor(code: EmbeddedKafkaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
