import { placeOrder, type PlacedOrder } from '../place-order.ts';
import type { DemoStack } from '../stack.ts';
import { isNotedElsewhere, isWhole } from './expected.ts';
import type { PlayedTrace, Scenario } from './scenario.ts';

const orders = 200;
const atOnce = 8;

export const burst: Scenario = {
  name: 'burst',
  label: 'Burst of 200',
  description:
    'Two hundred orders, eight at once: batches link to all their messages, and audit notes beyond the backlog go through a topic',
  async play(stack) {
    const placed = new Map<unknown, PlacedOrder>();
    const written = 'Spilled audit note written';
    const [{ trace_id: spilled }] = await Promise.all([
      stack.orders.line(written, ({ msg, orderId }) => msg === written && placed.has(orderId)),
      placeOrders(stack, placed),
    ]);
    const lead: PlayedTrace = { traceId: String(spilled), expected: (trace) => isNotedElsewhere(isWhole(trace)) };
    const others = [...placed.values()].filter(({ traceId }) => traceId !== lead.traceId);
    return {
      message: `${orders} orders were placed: this is one whose audit note went through the topic`,
      traces: [lead, ...others.map(({ traceId }): PlayedTrace => ({ traceId, expected: isWhole }))],
      shipped: [...placed.values()],
    };
  },
};

async function placeOrders(stack: DemoStack, placed: Map<unknown, PlacedOrder>): Promise<void> {
  let left = orders;
  const placeSome = async (): Promise<void> => {
    while (left-- > 0) {
      const order = await placeOrder(stack.ordersUrl, 'tea', stack.signal);
      placed.set(order.orderId, order);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, placeSome));
}
