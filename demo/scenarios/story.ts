import { deadLetterUrl, replayFromPage } from '../dead-letter-page.ts';
import { placeOrder, type PlacedOrder } from '../place-order.ts';
import { lineAbout } from '../services/line-about.ts';
import type { DemoStack } from '../stack.ts';
import { deadLetters, isGivenUp, isPlaced } from './expected.ts';
import { operator, operatorJson } from './operator.ts';
import type { Scenario } from './scenario.ts';

const deadLettered = 'Sent to the dead-letter topic';
const why = 'No shelf is large enough for this article';
const [withShelf, withoutShelf] = [{ OVERSIZE_SHELF: 'yes' }, { OVERSIZE_SHELF: 'no' }];

export const story: Scenario = {
  name: 'story',
  label: 'Replay one trace',
  description:
    'An order dies of a mistake, which is mended: its record is found by the trace that the customer has, and replayed from its page',
  async play(stack) {
    const { fulfilment, studio } = stack;
    // When the button is pressed again.
    if (fulfilment.env['OVERSIZE_SHELF'] === withShelf.OVERSIZE_SHELF) await fulfilment.restart(withoutShelf);
    const placed = await died(stack);

    const selected = ['--from', deadLetters, '--trace', placed.traceId];
    const found = await operatorJson(stack, 'dead-letters', ...selected);
    const [record] = found as { readonly partition: number; readonly offset: string; readonly errorMessage: string }[];
    if (record === undefined || found.length !== 1 || record.errorMessage !== why)
      throw new Error(`One record of trace ${placed.traceId} was to be found, not ${JSON.stringify(found)}`);
    const dry = await operator(stack, 'replay', ...selected, '--dry-run');
    if (dry.code !== 0 || !dry.stdout.includes('would send 1 to orders.placed'))
      throw new Error(`One record was to be sent, not: ${dry.stdout}${dry.stderr}`);
    const place = { topic: deadLetters, ...record };

    await fulfilment.restart(withShelf);
    const { counts, traceId } = await replayFromPage(stack, place);
    if (counts['replayed'] !== 1) throw new Error(`One record was to be replayed, not ${JSON.stringify(counts)}`);
    return {
      message: `The record of order ${placed.orderId} was replayed, and the order is shipped`,
      said: [
        `Order ${placed.orderId} died of "${record.errorMessage}": ${studio.traceUrl(placed.traceId)}`,
        `$ tracelink-kafka replay --trace ${placed.traceId} --dry-run\n${dry.stdout.trimEnd()}`,
        `Fulfilment restarts with a shelf for the article, and the button of the record's page sends it: ${deadLetterUrl(stack, place)}`,
      ],
      traces: [
        {
          traceId,
          expected: (trace) =>
            trace
              .toHaveEdge(`studio replay ${deadLetters}`, 'studio send orders.placed', { via: 'parent', times: 1 })
              .toHaveEdge(`fulfilment send ${deadLetters}`, 'studio send orders.placed', { via: 'link', times: 1 })
              .toHaveEdge('studio send orders.placed', 'fulfilment process orders.placed', { via: 'both' })
              .toHaveEdge('fulfilment process orders.placed', 'fulfilment send shipments.created', { via: 'parent', times: 1 })
              .toHaveEdge('fulfilment send shipments.created', 'orders process shipments.created', { via: 'both', times: 1 }),
        },
        {
          traceId: placed.traceId,
          // Three attempts, and the one after the replay, which links to the third.
          expected: (trace) =>
            isGivenUp(isPlaced(trace))
              .toHaveEdge('orders create orders.placed', 'fulfilment process orders.placed', { via: 'both', times: 3 })
              .toHaveEdge('fulfilment process orders.placed', 'fulfilment process orders.placed', { via: 'link', times: 3 }),
        },
      ],
      shipped: [placed],
    };
  },
};

/** Places an order that fulfilment gives up. */
function died({ ordersUrl, fulfilment, signal }: DemoStack): Promise<PlacedOrder> {
  return lineAbout(
    fulfilment,
    'that an order was given up',
    ({ msg, trace_id: traceId }) => (msg === deadLettered ? traceId : undefined),
    () => placeOrder(ordersUrl, 'oversize', signal),
    ({ traceId }) => traceId,
  );
}
