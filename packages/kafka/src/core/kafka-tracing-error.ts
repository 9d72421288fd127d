/**
 * Why {@link KafkaTracingError} was thrown:
 * - `not_a_client`: what was to be wrapped is no producer or consumer
 * - `unknown_option`: an option that does not exist, most often a misspelt one
 * - `invalid_option`: an option has a value that it cannot have
 * - `topic_missing`: a topic that a subscription needs is not there and could not be created
 * - `undecodable`: a message's value is not what its codec takes
 * - `no_retry_topics`: a handler asked to be tried later where nothing is
 * - `drained`: a subscription was asked for something after its end
 * - `missing_idempotency_key`: the `id` option of `idempotent` gave no text for a message
 * - `invalid_message`: an outbox was given a message that no broker would take
 * - `unacknowledged`: the broker answered a send without a word on the messages
 * - `fenced`: another relay of an outbox sends in place of this one
 * - `not_joined`: a subscription could not join its group
 * - `group_in_use`: a replay's group has another member, which would share its partitions
 * - `record_missing`: there is no record at the place that a replay was asked for
 * - `topic_recreated`: a topic was deleted and created again while a replay read it
 * - `filter_failed`: the filter of a replay threw
 * - `rolled_back`: a handler resolved although a statement of its transaction had failed, so that nothing was written
 */
export type KafkaTracingErrorCode =
  | 'not_a_client'
  | 'unknown_option'
  | 'invalid_option'
  | 'topic_missing'
  | 'undecodable'
  | 'no_retry_topics'
  | 'drained'
  | 'missing_idempotency_key'
  | 'invalid_message'
  | 'unacknowledged'
  | 'fenced'
  | 'not_joined'
  | 'group_in_use'
  | 'record_missing'
  | 'topic_recreated'
  | 'filter_failed'
  | 'rolled_back';

const brand = Symbol.for('@tracelink/kafka.KafkaTracingError');

/** Thrown while a client is wrapped or a subscription starts, when that makes no sense; wrappers throw nothing of ours later. */
export class KafkaTracingError extends Error {
  override readonly name = 'KafkaTracingError';
  readonly code: KafkaTracingErrorCode;

  constructor(code: KafkaTracingErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  // Two copies of this package in one process are common in workspaces: `instanceof` works across them.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
