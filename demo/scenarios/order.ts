import { placeOrder } from '../place-order.ts';
import { isNoted, isWhole } from './expected.ts';
import type { Scenario } from './scenario.ts';

export const order: Scenario = {
  name: 'order',
  label: 'Order',
  description: 'An order that succeeds: one trace from the request to the last consumer, and the note that is written after the answer',
  async play(stack) {
    const placed = await placeOrder(stack.ordersUrl, 'tea', stack.signal);
    return {
      message: `Order ${placed.orderId} was placed`,
      traces: [{ traceId: placed.traceId, expected: (trace) => isNoted(isWhole(trace)) }],
      shipped: [placed],
    };
  },
};
