import type { ReplayReport } from '@tracelink/kafka/replay';
import { placeOrder } from '../place-order.ts';
import { deadLetters, isGivenUp, isPlaced, isTried } from './expected.ts';
import { operator, operatorJson } from './operator.ts';
import type { Scenario } from './scenario.ts';

const deadLettered = 'Sent to the dead-letter topic';
const [withShelf, withoutShelf] = [{ OVERSIZE_SHELF: 'yes' }, { OVERSIZE_SHELF: 'no' }];

export const story: Scenario = {
  name: 'story',
  label: 'Replay one trace',
  description: 'An order dies of a mistake that is mended: its dead letter is found by the trace that the customer was told, and replayed',
  async play(stack) {
    const { fulfilment } = stack;
    if (fulfilment.env['OVERSIZE_SHELF'] === withShelf.OVERSIZE_SHELF) await fulfilment.restart(withoutShelf);
    const dead = new Set<unknown>();
    let traceId: string | undefined;
    const isDead = fulfilment.line(deadLettered, ({ msg, trace_id: of }) => {
      if (msg === deadLettered) dead.add(of);
      return traceId !== undefined && dead.has(traceId);
    });
    const placed = await placeOrder(stack.ordersUrl, 'oversize', stack.signal);
    ({ traceId } = placed);
    await isDead;

    const selected = ['--from', deadLetters, '--trace', placed.traceId];
    const listed = await operator(stack, 'dead-letters', ...selected);
    const found = await operatorJson(stack, 'dead-letters', ...selected);
    const [letter] = found;
    if (found.length !== 1 || letter?.['errorMessage'] !== 'No shelf is large enough for this article')
      throw new Error(`One dead letter of trace ${placed.traceId} was to be found, not ${JSON.stringify(found)}`);

    await fulfilment.restart(withShelf);
    const printed = await operatorJson(stack, 'replay', ...selected);
    const report = printed.at(-1) as unknown as ReplayReport;
    if (report.replayed !== 1 || report.traceId === undefined)
      throw new Error(`One record was to be replayed, not ${JSON.stringify(report)}`);
    return {
      message: `The dead letter of order ${placed.orderId} was replayed, and the order is shipped`,
      said: [
        `dead-letters --trace ${placed.traceId}`,
        listed.stdout.trimEnd(),
        `Fulfilment restarts with a shelf for the article. replay --trace ${placed.traceId}`,
        JSON.stringify(printed[0]),
        `Its first trace: ${stack.studio.traceUrl(placed.traceId)}`,
      ],
      traces: [
        {
          traceId: report.traceId,
          expected: (trace) =>
            trace
              .toHaveEdge(`operator replay ${deadLetters}`, 'operator send orders.placed', { via: 'parent', times: 1 })
              .toHaveEdge(`fulfilment send ${deadLetters}`, 'operator send orders.placed', { via: 'link', times: 1 })
              .toHaveEdge('operator send orders.placed', 'fulfilment process orders.placed', { via: 'both' })
              // The attempt that failed last, of the first trace.
              .toHaveEdge('fulfilment process orders.placed', 'fulfilment process orders.placed', { via: 'link' })
              .toHaveEdge('fulfilment process orders.placed', 'fulfilment send shipments.created', { via: 'parent', times: 1 })
              .toHaveEdge('fulfilment send shipments.created', 'orders process shipments.created', { via: 'both', times: 1 }),
        },
        { traceId: placed.traceId, expected: (trace) => isGivenUp(isTried(3)(isPlaced(trace))) },
      ],
      shipped: [placed],
    };
  },
};
