import { printTrace } from '@tracelink/testing';
import type { DemoOptions } from './options.ts';
import { statusOf, type PlacedOrder } from './place-order.ts';
import type { Progress } from './progress.ts';
import { order } from './scenarios/order.ts';
import { allScenarios } from './scenarios/all-scenarios.ts';
import { startStack, type DemoStack } from './stack.ts';
import { studioActions } from './studio-actions.ts';
import { checkScenario, type CheckedScenario } from './check-scenario.ts';

/** Orders that are asked for at once: the database is one session, behind which more would wait until they time out. */
const atOnce = 8;

/** The running demo's dependencies. */
export interface DemoScope {
  readonly options: DemoOptions;
  readonly progress: Progress;
  readonly closing: AsyncDisposableStack;
  readonly signal: AbortSignal;
  readonly onLine: (service: string, line: string) => void;
}

/**
 * Starts everything and places an order. Then the user acts; with `once`, it plays and checks every scenario.
 *
 * @returns whether everything succeeded
 */
export async function runDemo({ options, progress, closing, signal, onLine }: DemoScope): Promise<boolean> {
  const started = performance.now();
  const { promise: running, resolve } = Promise.withResolvers<DemoStack>();
  const { port, studioPort, once } = options;
  // No button may start a scenario while the scenarios are checked.
  const actions = once ? [] : studioActions(allScenarios, running);
  const stack = await startStack({ progress, closing, signal, port, studioPort, actions, onLine });
  resolve(stack);
  const show = ({ trace, played: { message, said = [] } }: CheckedScenario): void => {
    for (const text of said) progress.say(`\n${text}`);
    progress.say(`\n${message}: ${stack.studio.traceUrl(trace.traceId)}\n`);
    printTrace(trace.spans);
    progress.say('');
  };
  if (!once) {
    show(await checkScenario(order, stack, progress));
    progress.say(welcome(stack));
    return true;
  }
  const complete = await checkAll(stack, progress, show);
  const took = ((performance.now() - started) / 1000).toFixed(1);
  progress.say(complete ? `Every edge of every scenario is there, ${took} s after the start.` : `Not every scenario succeeded.`);
  return complete;
}

/** @returns whether all scenarios succeeded; a failed one is reported, and the next one follows */
async function checkAll(stack: DemoStack, progress: Progress, show: (checked: CheckedScenario) => void): Promise<boolean> {
  const shipped: PlacedOrder[] = [];
  let complete = true;
  for (const scenario of allScenarios) {
    try {
      const checked = await checkScenario(scenario, stack, progress);
      shipped.push(...checked.played.shipped);
      show(checked);
    } catch (error) {
      stack.signal.throwIfAborted();
      progress.say(`\n✘ ${scenario.label}: ${error instanceof Error ? error.message : String(error)}\n`);
      complete = false;
    }
  }
  const lost = await progress.step(`every one of the ${shipped.length} orders is shipped`, async () => {
    const statuses: (PlacedOrder & { readonly status: string })[] = [];
    const left = [...shipped];
    const askSome = async (): Promise<void> => {
      for (let placed = left.pop(); placed !== undefined; placed = left.pop())
        statuses.push({ ...placed, status: await statusOf(stack.ordersUrl, placed.orderId, stack.signal) });
    };
    await Promise.all(Array.from({ length: atOnce }, askSome));
    return statuses.filter(({ status }) => status !== 'shipped');
  });
  for (const { orderId, traceId, status } of lost) progress.say(`✘ order ${orderId} is "${status}": trace ${traceId}`);
  return complete && lost.length === 0;
}

function welcome({ ordersUrl, brokers, studio }: DemoStack): string {
  return `The studio shows every trace, and has a button for each scenario:

  ${studio.url}

Your own order, and the dead-letter records (Ctrl-C ends the demo):

  curl -s ${ordersUrl}/orders -H 'content-type: application/json' -d '{"sku":"tea","quantity":1}'
  npm run -s kafka -- dead-letters --brokers ${brokers.join(',')} --from orders.placed.fulfilment.dead-letter
`;
}
