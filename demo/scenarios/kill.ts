import { placeOrder } from '../place-order.ts';
import { isWhole } from './expected.ts';
import type { Scenario } from './scenario.ts';

const begun = 'Packing takes a while';

export const kill: Scenario = {
  name: 'kill',
  label: 'Kill and restart fulfilment',
  description:
    'The process is killed while it handles an order, and restarted: the order is delivered again, in the same trace, and not lost',
  async play(stack) {
    const isInFlight = stack.fulfilment.line(begun, ({ msg }) => msg === begun);
    const [placed] = await Promise.all([placeOrder(stack.ordersUrl, 'slow', stack.signal), isInFlight]);
    stack.fulfilment.kill();
    return {
      message: `Fulfilment was killed while it handled order ${placed.orderId}: the next process gets it when the session of the first expires, after six seconds`,
      // The first process' span was lost with it: there is one attempt, and a gap before it.
      traces: [{ traceId: placed.traceId, expected: isWhole }],
      shipped: [placed],
    };
  },
};
