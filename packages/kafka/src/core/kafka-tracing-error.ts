import { BrandedError } from '@tracelink/context/internal';

/**
 * Why {@link KafkaTracingError} was thrown:
 * - `not_a_client`: an argument is not the client, what makes clients or the pool that it must be
 * - `unknown_option`: an option that does not exist, mostly a misspelt one
 * - `invalid_option`: a required option is missing, or an option has a wrong value
 * - `topic_missing`: a topic does not exist, and could not be created
 * - `undecodable`: a codec cannot decode the value of a message
 * - `no_retry_topics`: a handler called `retryLater` without the option `retryTopics`
 * - `drained`: a subscription was asked for its lag after a drain had begun
 * - `missing_idempotency_key`: the `key` option of `idempotent` returned no text for a message
 * - `invalid_message`: an outbox was given a message that no broker takes
 * - `unacknowledged`: a send resolved, but no broker acknowledged the messages
 * - `fenced`: another relay of an outbox has replaced this one
 * - `not_joined`: a subscription could not join its group; `cause` is the error of the client
 * - `group_in_use`: the group of a replay has another member, or had one while the replay was expelled from it
 * - `group_missing`: a group that `diagnose` was given has committed nothing
 * - `record_missing`: there is no record at the place that a replay was asked for
 * - `topic_recreated`: a topic was deleted and created again while a replay read it
 * - `filter_failed`: the filter of a replay threw; `cause` is its error
 * - `back_end`: the back end that `diagnose` was given does not answer
 * - `rolled_back`: a handler of `idempotent` resolved although a statement of its transaction had failed, so that nothing was written
 * - `database_timeout`: the database has not answered a relay of an outbox in time
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
  | 'group_missing'
  | 'record_missing'
  | 'topic_recreated'
  | 'filter_failed'
  | 'back_end'
  | 'rolled_back'
  | 'database_timeout';

/**
 * The error of this package. Its `code` says why, its message what to do. Wrappers throw it when a client is wrapped, never later.
 *
 * `instanceof` also holds for an error of another copy of the package in the same process.
 */
export class KafkaTracingError extends BrandedError<KafkaTracingErrorCode> {
  protected static override readonly brand: symbol = Symbol.for('@tracelink/kafka.KafkaTracingError');
  override readonly name = 'KafkaTracingError';
}
