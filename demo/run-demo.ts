import { printTrace } from '@tracelink/testing';
import type { DemoOptions } from './options.ts';
import { statusOf, type PlacedOrder } from './place-order.ts';
import type { Progress } from './progress.ts';
import { order } from './scenarios/order.ts';
import { story } from './scenarios/story.ts';
import { startStack, type DemoStack } from './stack.ts';
import { studioActions } from './studio-actions.ts';
import { tell, type Told } from './tell.ts';

/** What the demo works with while it runs. */
export interface DemoScope {
  readonly options: DemoOptions;
  readonly progress: Progress;
  readonly closing: AsyncDisposableStack;
  readonly signal: AbortSignal;
  readonly onLine: (service: string, line: string) => void;
}

/**
 * Starts everything and places an order. Then it is the user's turn; or, once, the whole story is told.
 *
 * @returns whether all of it came about
 */
export async function runDemo({ options, progress, closing, signal, onLine }: DemoScope): Promise<boolean> {
  const started = performance.now();
  const { promise: running, resolve } = Promise.withResolvers<DemoStack>();
  const { port, studioPort, once } = options;
  // Nobody else is to make things happen while the story is told.
  const actions = once ? [] : studioActions(story, running);
  const stack = await startStack({ progress, closing, signal, port, studioPort, actions, onLine });
  resolve(stack);
  const show = ({ trace, played: { message } }: Told): void => {
    progress.say(`\n${message}: ${stack.studio.traceUrl(trace.traceId)}\n`);
    printTrace(trace.spans);
    progress.say('');
  };
  if (!once) {
    show(await tell(order, stack, progress));
    progress.say(welcome(stack));
    return true;
  }
  const complete = await tellAll(stack, progress, show);
  const took = ((performance.now() - started) / 1000).toFixed(1);
  progress.say(complete ? `Every edge of the whole story is there, ${took} s after the start.` : `Not all of the story came about.`);
  return complete;
}

/** @returns whether all came about; what did not is said, and the story goes on */
async function tellAll(stack: DemoStack, progress: Progress, show: (told: Told) => void): Promise<boolean> {
  const shipped: PlacedOrder[] = [];
  let complete = true;
  for (const scenario of story) {
    try {
      const told = await tell(scenario, stack, progress);
      shipped.push(...told.played.shipped);
      show(told);
    } catch (error) {
      stack.signal.throwIfAborted();
      progress.say(`\n✘ ${scenario.label}: ${error instanceof Error ? error.message : String(error)}\n`);
      complete = false;
    }
  }
  const lost = await progress.step(`every one of the ${shipped.length} orders is shipped`, async () => {
    const statuses = await Promise.all(
      shipped.map(async (placed) => ({ ...placed, status: await statusOf(stack.ordersUrl, placed.orderId, stack.signal) })),
    );
    return statuses.filter(({ status }) => status !== 'shipped');
  });
  for (const { orderId, traceId, status } of lost) progress.say(`✘ order ${orderId} is "${status}": trace ${traceId}`);
  return complete && lost.length === 0;
}

function welcome({ ordersUrl, brokers, studio }: DemoStack): string {
  return `The studio shows every trace, and has a button for each thing that can happen to an order:

  ${studio.url}

Your own order, and what was given up (Ctrl-C ends the demo):

  curl -s ${ordersUrl}/orders -H 'content-type: application/json' -d '{"sku":"tea","quantity":1}'
  npm run -s kafka -- dead-letters --brokers ${brokers.join(',')} --from orders.placed.fulfilment.dead-letter
`;
}
