import type { OperationChannel } from './channels.ts';
import { guard } from '../core/guard.ts';
import { watch, type Outcome } from '../core/outcome.ts';

interface OperationMessage {
  result?: unknown;
  error?: unknown;
}

/**
 * One operation on a tracing channel. The order is Node's: `start`, `end` when the synchronous part is over, `error` if it failed,
 * `asyncStart`, `asyncEnd`. Unlike in Node's own `tracePromise`, the last two come for an operation that was synchronous, too, and then
 * before `end`: a subscriber knows by `asyncEnd` alone that an operation is over.
 */
export class PublishedOperation<M extends OperationMessage> {
  readonly #channel: OperationChannel<M>;
  readonly #message: M;

  private constructor(channel: OperationChannel<M>, message: M) {
    this.#channel = channel;
    this.#message = message;
  }

  /** @returns `undefined` without a subscriber: nothing is made then */
  static of<M extends OperationMessage>(channel: OperationChannel<M>, messageOf: () => NoInfer<M>): PublishedOperation<M> | undefined {
    if (!channel.hasSubscribers) return undefined;
    const message = guard('the message of a diagnostics channel', messageOf);
    return message && new PublishedOperation(channel, message);
  }

  /** Calls `run` between `start` and `end`, in the stores that subscribers have bound to `start`. */
  run<T>(run: () => T): T {
    const { start, end } = this.#channel;
    return start.runStores(this.#message, () => {
      try {
        return run();
      } finally {
        end.publish(this.#message);
      }
    });
  }

  /** Publishes how the operation ended, once. */
  ended(outcome: Outcome<unknown>, more?: Partial<M>): void {
    const { error, asyncStart, asyncEnd } = this.#channel;
    const message = Object.assign(this.#message, more);
    if (outcome.failed) {
      message.error = outcome.error;
      error.publish(message);
    } else message.result = outcome.value;
    asyncStart.runStores(message, () => asyncEnd.publish(message));
  }
}

/**
 * Runs an operation on its channel. Its caller sees what it would see without: the same value, the same error object, a synchronous throw
 * as a synchronous throw. Costs a look at the channel without a subscriber.
 */
export function published<M extends OperationMessage, T>(channel: OperationChannel<M>, messageOf: () => NoInfer<M>, run: () => T): T {
  const operation = PublishedOperation.of(channel, messageOf);
  if (operation === undefined) return run();
  return operation.run(() => watch(run, (outcome) => operation.ended(outcome)));
}

/** `run` with each call on the channel. */
export function publishing<M extends OperationMessage, A, T>(
  channel: OperationChannel<M>,
  messageOf: (argument: A) => NoInfer<M>,
  run: (argument: A) => T,
): (argument: A) => T {
  // Apart, as what a function holds on to is kept for it at each call.
  const publish = (argument: A): T =>
    published(
      channel,
      () => messageOf(argument),
      () => run(argument),
    );
  return (argument) => (channel.hasSubscribers ? publish(argument) : run(argument));
}
