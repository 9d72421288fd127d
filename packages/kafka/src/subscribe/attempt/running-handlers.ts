import type { Outcome } from '../../core/outcome.ts';
import type { Delivery } from '../partitions/delivery.ts';
import type { Attempt } from './attempt.ts';

/** An abandoned handler that still runs, or has ended since. */
interface RunningHandler {
  readonly attempt: Attempt;
  /** Also failed when the handler has asked for something: it has not handled its record. */
  readonly outcome: Promise<Outcome<void>>;
}

/** The handlers that were abandoned, by record: each is awaited when its record is delivered again, and not started a second time. */
export class RunningHandlers {
  readonly #handlers = new WeakMap<Delivery, RunningHandler>();

  /** The handler that a record's delivery has left behind. */
  of(delivery: Delivery): RunningHandler | undefined {
    return this.#handlers.get(delivery);
  }

  /** The attempt is abandoned. @param handling what its handler returned */
  leave(attempt: Attempt, handling: PromiseLike<unknown>): void {
    const { delivery } = attempt;
    const ended = (outcome: Outcome<void>): Outcome<void> => {
      // A completed record stays completed, also when it is not delivered again.
      if (!outcome.failed && attempt.asked === undefined) delivery.log.settle(delivery, undefined);
      return attempt.asked === undefined ? outcome : { failed: true, error: attempt.asked };
    };
    const outcome = Promise.resolve(handling).then(
      () => ended({ failed: false, value: undefined }),
      (error: unknown) => ended({ failed: true, error }),
    );
    this.#handlers.set(delivery, { attempt, outcome });
    delivery.isLeftOver = true;
  }

  /** The handler's outcome is known. */
  forget(delivery: Delivery): void {
    this.#handlers.delete(delivery);
  }
}
