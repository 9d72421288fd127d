import { context as contextApi } from '@opentelemetry/api';
import { guardCallback } from '../errors/diagnostics.ts';
import type { SpanEnd } from '../spans/span-lifecycle.ts';
import { ItemSource } from './item-source.ts';
import { checkLoop, type CheckedLoop, type ForEachDetachedOptions } from './loop-options.ts';
import { LoopSpan, type LoopReport } from './loop-span.ts';
import { LoopEnd, Semaphore } from './semaphore.ts';

/**
 * Runs a task for each of many items, some at a time, as work of its own: it keeps the caller's trace, baggage and chosen values, not
 * its cancellation. The loop has one span; an item gets one only when it fails or takes long, with its own times. What a task
 * records, logs and sends belongs to the loop's span. A task that fails does not stop the loop; items that fail do.
 *
 * @param items arrays, generators, async generators; the next one is asked for, in the loop's context, when there is room for it
 * @returns when all that was begun has ended, at the latest `grace` after the signal; never rejects, whatever tasks, items and
 *   `onError` do
 * @throws {ContextError} `invalid_option`, at once
 */
export function forEachDetached<T>(
  items: Iterable<T> | AsyncIterable<T>,
  task: (item: T) => unknown,
  options: ForEachDetachedOptions<T> = {},
): Promise<LoopReport> {
  return runLoop(items, task, checkLoop(items, task, options));
}

async function runLoop<T>(items: Iterable<T> | AsyncIterable<T>, task: (item: T) => unknown, options: CheckedLoop<T>): Promise<LoopReport> {
  const { concurrency, slowAfter, signal, grace, onError } = options;
  const startedAt = performance.now();
  const span = new LoopSpan(options);
  const source = new ItemSource(items, span.context, signal);
  const counts = { finished: 0, failed: 0, slow: 0 };

  const runItem = async (item: T): Promise<void> => {
    const start = performance.now();
    let failure: SpanEnd['failure'];
    try {
      await contextApi.with(span.context, task, undefined, item);
    } catch (error) {
      failure = { error };
    }
    const isSlow = performance.now() - start > slowAfter;
    counts[failure === undefined ? 'finished' : 'failed']++;
    if (isSlow) counts.slow++;
    if (isSlow || failure !== undefined) span.recordItem(start, failure);
    if (failure === undefined || onError === undefined) return;
    const { error } = failure;
    await guardCallback('reporting an item', () => contextApi.with(span.context, () => onError(error, item)));
  };
  const semaphore = new Semaphore(concurrency);
  const end = new LoopEnd(signal, grace, semaphore);
  let begun = 0;
  for (let next = await source.next(); next !== undefined && signal?.aborted !== true; next = await source.next()) {
    begun++;
    semaphore.acquire();
    void runItem(next.item).then(() => semaphore.release());
    if (semaphore.isFull) await semaphore.whenFree();
  }
  await semaphore.whenIdle();
  await end.orOver(source.close());
  end.dispose();

  const abandoned = begun - counts.finished - counts.failed;
  const report: LoopReport = {
    ...counts,
    abandoned,
    aborted: signal?.aborted === true && (abandoned > 0 || !source.isExhausted),
    sourceError: source.failure?.error,
    durationMs: Math.round(performance.now() - startedAt),
    traceId: span.traceId,
  };
  span.end(report, source.failure);
  return report;
}
