import { placeOrder } from '../place-order.ts';
import { isWhole } from './expected.ts';
import type { Scenario } from './scenario.ts';

export const slow: Scenario = {
  name: 'slow',
  label: 'Slow',
  description: 'An order that takes ten seconds, and one behind it, whose trace shows the wait as a gap',
  async play(stack) {
    const placed = await placeOrder(stack.ordersUrl, 'slow', stack.signal);
    const behind = await placeOrder(stack.ordersUrl, 'tea', stack.signal);
    return {
      message: `Order ${placed.orderId} was placed: it takes ten seconds`,
      traces: [
        { traceId: placed.traceId, expected: isWhole },
        { traceId: behind.traceId, expected: isWhole },
      ],
      shipped: [placed, behind],
    };
  },
};
