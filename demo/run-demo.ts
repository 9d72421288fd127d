import { printTrace, type OtlpReceiver } from '@tracelink/testing';
import type { DemoOptions } from './options.ts';
import { placeOrder } from './place-order.ts';
import type { Progress } from './progress.ts';
import { spillNote } from './spill-note.ts';
import { startStack } from './stack.ts';
import { relatedSpans, spillEdges, traceEdges, type TraceEdge } from './trace-edges.ts';

/** What the demo works with while it runs. */
export interface DemoScope {
  readonly options: DemoOptions;
  readonly progress: Progress;
  readonly closing: AsyncDisposableStack;
  readonly signal: AbortSignal;
  readonly onLine: (service: string, line: string) => void;
}

const traceDeadline = 30_000;

/**
 * Plays the story twice, an order that goes well and one whose first delivery fails, and then so many at once that an
 * audit note goes over the topic.
 *
 * @returns whether every edge of all traces was there
 */
export async function runDemo({ options, progress, closing, signal, onLine }: DemoScope): Promise<boolean> {
  const started = performance.now();
  const { ordersUrl, receiver } = await startStack({ progress, closing, signal, port: options.port, onLine });
  let complete = true;
  for (const { sku, failures } of [
    { sku: 'tea', failures: 0 },
    { sku: 'flaky', failures: 2 },
  ]) {
    signal.throwIfAborted();
    const { traceId } = await progress.step(`POST /orders ${JSON.stringify({ sku })}`, () => placeOrder(ordersUrl, sku, signal));
    const missing = await progress.step('The whole trace', () =>
      awaitEdges(receiver, () => traceEdges(receiver.spans, { traceId, failures })),
    );
    progress.say('');
    printTrace(relatedSpans(receiver.spans, traceId));
    progress.say('');
    for (const edge of missing) progress.say(`✘ missing in the trace of "${sku}": ${edge}`);
    complete &&= missing.length === 0;
  }
  signal.throwIfAborted();
  const spilled = await progress.step('Orders at once, until an audit note has no room', () => spillNote({ ordersUrl, receiver, signal }));
  const missing = await progress.step('Its whole way', () => awaitEdges(receiver, () => spillEdges(receiver.spans, spilled)));
  progress.say('');
  printTrace(relatedSpans(receiver.spans, spilled));
  progress.say('');
  for (const edge of missing) progress.say(`✘ missing in the trace of the spilled note: ${edge}`);
  complete &&= missing.length === 0;
  if (complete)
    progress.say(`Every edge of the three traces is there, ${((performance.now() - started) / 1000).toFixed(1)} s after the start.`);
  if (!options.once) {
    progress.say(`\nPlace your own order (Ctrl-C ends the demo):\n
  curl -s ${ordersUrl}/orders -H 'content-type: application/json' -d '{"sku":"tea","quantity":1}'\n`);
  }
  return complete;
}

/** Resolves with the names of the edges that did not come in time: none, as soon as all are there. */
async function awaitEdges(receiver: OtlpReceiver, edges: () => readonly TraceEdge[]): Promise<readonly string[]> {
  const missing = (): readonly string[] =>
    edges()
      .filter(({ holds }) => !holds)
      .map(({ name }) => name);
  try {
    await receiver.waitFor(() => missing().length === 0, { timeout: traceDeadline });
  } catch {
    // Too late, or stopped: what is missing says it better.
  }
  return missing();
}
