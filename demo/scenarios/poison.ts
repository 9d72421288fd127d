import { placeOrder } from '../place-order.ts';
import { isGivenUp, isPlaced, isTried } from './expected.ts';
import type { Scenario } from './scenario.ts';

export const poison: Scenario = {
  name: 'poison',
  label: 'Poison',
  description: 'An order that always fails: after three attempts it goes to the dead-letter topic',
  async play(stack) {
    const placed = await placeOrder(stack.ordersUrl, 'poison', stack.signal);
    return {
      message: `Order ${placed.orderId} was placed: it goes to the dead-letter topic`,
      traces: [{ traceId: placed.traceId, expected: (trace) => isGivenUp(isTried(3)(isPlaced(trace))) }],
      shipped: [],
    };
  },
};
