import type { TraceExpectation } from '@tracelink/testing';
import type { PlacedOrder } from '../place-order.ts';
import type { DemoStack } from '../stack.ts';

/** Something that can happen to an order: a button on the studio's page, and a chapter of the whole story. */
export interface Scenario {
  /** Of the action. */
  readonly name: string;
  /** What the button says. */
  readonly label: string;
  /** What happens, in a sentence. */
  readonly description: string;
  /** Makes it happen. Resolves when it can be said which trace to look at; what goes on, is seen there. */
  play(stack: DemoStack): Promise<Played>;
}

/** What became of a scenario so far. */
export interface Played {
  /** One sentence for who pressed the button. */
  readonly message: string;
  /** The trace to look at first, and the others that it made. */
  readonly traces: readonly [PlayedTrace, ...PlayedTrace[]];
  /** The orders that were placed and that get through in the end. */
  readonly shipped: readonly PlacedOrder[];
}

/** A trace, and what it is once it is whole. */
export interface PlayedTrace {
  readonly traceId: string;
  readonly expected: (trace: TraceExpectation) => TraceExpectation;
}
