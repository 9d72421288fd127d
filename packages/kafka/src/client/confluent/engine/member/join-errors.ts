import { kafkaErrorName } from '../../../port/kafka-error.ts';
import { errorCode } from '../../errors/protocol-name.ts';
import { portError } from '../binding/client-errors.ts';

/** Errors of which a group, or a topic, will not think better by itself: librdkafka tries again all the same. */
const refusals: ReadonlySet<string> = new Set([
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
  'GROUP_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_MAX_SIZE_REACHED',
  'FENCED_INSTANCE_ID',
  'UNSUPPORTED_VERSION',
]);

/** Errors by which a fetch tells that the log may be another one. */
const suspicions: ReadonlySet<string> = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID', 'OFFSET_OUT_OF_RANGE']);

// librdkafka's own: after it the client does nothing more; what it was told to authenticate with is refused.
const fatal = -150;
const authentication = -169;

/** What is told. */
interface JoinErrorListener {
  suspected(): void;
  unreadable(error: unknown): void;
  crashed(error: unknown, restarts: boolean): void;
}

/** What an error means that librdkafka reports in place of a message, or as an event: it goes on after all but the fatal ones. */
export class JoinErrors {
  readonly #listener: JoinErrorListener;
  #hasJoined = false;
  #isUnreadable = false;

  constructor(listener: JoinErrorListener) {
    this.#listener = listener;
  }

  joined(): void {
    this.#hasJoined = true;
  }

  failed(thrown: unknown): void {
    const error = portError(thrown);
    const name = kafkaErrorName(error);
    const code = errorCode(thrown);
    if (code === fatal || (thrown as { readonly isFatal?: boolean }).isFatal === true) this.#listener.crashed(error, false);
    else if (suspicions.has(name)) this.#listener.suspected();
    else if (name === 'TOPIC_AUTHORIZATION_FAILED' && this.#hasJoined) {
      this.#isUnreadable = true;
      this.#listener.unreadable(error);
    } else if (refusals.has(name) || code === authentication) this.#listener.crashed(error, this.#hasJoined);
  }

  /** The client has read something. */
  read(): void {
    if (this.#isUnreadable) this.#listener.unreadable(undefined);
    this.#isUnreadable = false;
  }
}
