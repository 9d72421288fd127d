import { placeOrder } from '../place-order.ts';
import { isPlaced, isShipped, isTried } from './expected.ts';
import type { Scenario } from './scenario.ts';

export const flaky: Scenario = {
  name: 'flaky',
  label: 'Flaky',
  description: 'An order that fails twice and succeeds at the third attempt: each attempt links to the one before',
  async play(stack) {
    const placed = await placeOrder(stack.ordersUrl, 'flaky', stack.signal);
    return {
      message: `Order ${placed.orderId} was placed: it fails twice`,
      traces: [{ traceId: placed.traceId, expected: (trace) => isShipped(isTried(3)(isPlaced(trace))) }],
      shipped: [placed],
    };
  },
};
