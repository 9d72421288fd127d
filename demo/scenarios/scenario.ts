import type { TraceExpectation } from '@tracelink/testing';
import type { PlacedOrder } from '../place-order.ts';
import type { DemoStack } from '../stack.ts';

/** A scenario for an order: a button on the studio's page, and a step of `--once`. */
export interface Scenario {
  /** The name of the action. */
  readonly name: string;
  /** The text of the button. */
  readonly label: string;
  /** A description in one sentence. */
  readonly description: string;
  /** Plays it. Resolves when the trace to look at is known; the trace shows the rest. */
  play(stack: DemoStack): Promise<Played>;
}

/** The result of a scenario so far. */
export interface Played {
  /** One sentence for the user who pressed the button. */
  readonly message: string;
  /** What the commands of an operator printed on the way, for the terminal. */
  readonly said?: readonly string[];
  /** The trace to look at first, and the others that it made. */
  readonly traces: readonly [PlayedTrace, ...PlayedTrace[]];
  /** The orders that were placed and are shipped in the end. */
  readonly shipped: readonly PlacedOrder[];
}

/** A trace, and its edges once it is complete. */
export interface PlayedTrace {
  readonly traceId: string;
  readonly expected: (trace: TraceExpectation) => TraceExpectation;
}
