import { placeOrder, type PlacedOrder } from '../place-order.ts';
import { lineAbout } from '../services/line-about.ts';
import type { DemoStack } from '../stack.ts';
import { isWhole } from './expected.ts';
import { operator } from './operator.ts';
import type { Scenario } from './scenario.ts';

/** The option of Node that fixes it: the courier's code stays as it is. */
const mend = '@tracelink/kafka/register';

const finding = 'context-copied';
const topics = ['--topic', 'shipments.created', '--topic', 'parcels.announced'];

export const courier: Scenario = {
  name: 'courier',
  label: 'Courier without tracing',
  description: "Another team's service forwards headers as they came: the doctor names it and the change, the service restarts with it",
  async play(stack) {
    const lost = await announced(stack, []);
    const before = await operator(stack, 'doctor', ...topics);
    if (before.code !== 1 || !before.stdout.includes(finding))
      throw new Error(`The doctor did not find ${finding}, and ended with ${before.code}:\n${before.stdout}${before.stderr}`);

    const placed = await announced(stack, [mend]);
    // What the courier wrote before is still there: the last record of each partition counts.
    const after = await operator(stack, 'doctor', ...topics, '--last', '1');
    if (after.code !== 0)
      throw new Error(`The doctor still finds something, and ended with ${after.code}:\n${after.stdout}${after.stderr}`);
    return {
      message: `The courier was restarted with --import ${mend}: order ${placed.orderId} is traced to its end`,
      said: [
        `The courier announced order ${lost.orderId}, and its trace has no span of it: ${stack.studio.traceUrl(lost.traceId)}`,
        before.stdout.trimEnd(),
        `The courier restarts with --import ${mend}, and the doctor looks again:`,
        after.stdout.trimEnd(),
      ],
      traces: [
        {
          traceId: placed.traceId,
          expected: (trace) =>
            isWhole(trace)
              .toHaveEdge('fulfilment send shipments.created', 'courier process shipments.created', { via: 'both' })
              .toHaveEdge('courier process shipments.created', 'courier send parcels.announced', { via: 'parent' }),
        },
        { traceId: lost.traceId, expected: (trace) => isWhole(trace).not.toHaveSpan('courier send parcels.announced') },
      ],
      shipped: [lost, placed],
    };
  },
};

/** Places an order, and waits until a courier that runs for it has announced its shipment. */
async function announced(stack: DemoStack, imports: readonly string[]): Promise<PlacedOrder> {
  const running = stack.startCourier(imports);
  try {
    await running.ready;
    return await lineAbout(
      running,
      'that a shipment was announced',
      ({ msg, orderId }) => (msg === 'Announced' ? orderId : undefined),
      () => placeOrder(stack.ordersUrl, 'tea', stack.signal),
      ({ orderId }) => orderId,
    );
  } finally {
    await running.stop();
  }
}
