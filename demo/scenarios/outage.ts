import { placeOrder, type PlacedOrder } from '../place-order.ts';
import { isGivenUp, isPlaced, isShipped, isTried } from './expected.ts';
import type { PlayedTrace, Scenario } from './scenario.ts';

const begins = 'Circuit open: messages wait until one can be handled';
const deadLettered = 'Sent to the dead-letter topic';

export const outage: Scenario = {
  name: 'outage',
  label: 'Outage',
  description:
    "The warehouse's system is down for ten seconds: when three orders in a row have failed the others wait, and one is tried from time to time",
  async play(stack) {
    const lost = new Set<unknown>();
    const began = stack.fulfilment.line(begins, ({ msg, trace_id: traceId }) => {
      // Before the circuit opens, failed orders go to the dead-letter topic. These records can be replayed.
      if (msg === deadLettered) lost.add(traceId);
      return msg === begins;
    });
    const place = async (): Promise<PlacedOrder[]> => {
      const placed = [await placeOrder(stack.ordersUrl, 'outage', stack.signal)];
      while (placed.length < 5) placed.push(await placeOrder(stack.ordersUrl, 'tea', stack.signal));
      return placed;
    };
    const [{ trace_id: held }, placed] = await Promise.all([began, place()]);
    const trace = ({ traceId }: PlacedOrder): PlayedTrace => {
      if (lost.has(traceId)) return { traceId, expected: (spans) => isGivenUp(isTried(3)(isPlaced(spans))) };
      return { traceId, expected: (spans) => isShipped(isPlaced(spans)) };
    };
    return {
      message: `${placed.length} orders were placed: this one is retried until the warehouse is back, the others wait for it`,
      traces: [
        // Attempts beyond the third are the probes.
        {
          traceId: String(held),
          expected: (spans) => isShipped(isPlaced(spans)).not.toHaveSpan('fulfilment process orders.placed', { times: 3 }),
        },
        ...placed.filter(({ traceId }) => traceId !== held).map(trace),
      ],
      shipped: placed,
    };
  },
};
