import type { ConsumerTracing } from '../../consumer/consumer-telemetry.ts';
import type { Outcome } from '../../core/outcome.ts';
import { DeliveryRecorder } from '../metrics/delivery-recorder.ts';
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
  readonly #tracing: ConsumerTracing;
  readonly #handlers = new WeakMap<Delivery, RunningHandler>();

  constructor(tracing: ConsumerTracing) {
    this.#tracing = tracing;
  }

  /** The handler that a record's delivery has left behind. */
  of(delivery: Delivery): RunningHandler | undefined {
    return this.#handlers.get(delivery);
  }

  /** The attempt is abandoned. @param handling what its handler returned */
  leave(attempt: Attempt, handling: PromiseLike<unknown>): void {
    const { delivery, extraction, context } = attempt;
    const ended = (outcome: Outcome<void>): Outcome<void> => {
      if (attempt.asked !== undefined) return { failed: true, error: attempt.asked };
      if (outcome.failed) return outcome;
      // A completed record stays completed, and is timed, also when it is not delivered again.
      delivery.log.settle(delivery, undefined);
      DeliveryRecorder.of(this.#tracing, delivery.topic)?.handled(extraction?.since ?? delivery.timestamp, context);
      return outcome;
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
