import { context as contextApi, isSpanContextValid, trace, type Context, type SpanContext } from '@opentelemetry/api';
import { complain, contained } from './contain.ts';
import { checkLoop, type CheckedLoop, type ForEachDetachedOptions } from './loop-options.ts';
import { ItemSource } from './item-source.ts';
import { LoopEnd } from './loop-end.ts';
import { LoopSpans } from './loop-spans.ts';
import { randomSpanContext } from './random-span-context.ts';
import { endSpan, recordError } from './record-error.ts';
import { Room } from './room.ts';
import { Attr } from './semconv.ts';
import { setSignal } from './signal.ts';
import { startDetachedSpan } from './start-detached-span.ts';

/** What became of the items. */
export interface LoopReport {
  /** Items whose task ended well. */
  readonly finished: number;
  readonly failed: number;
  /** Items that had not ended `grace` after the signal. The loop does not know what becomes of them. */
  readonly abandoned: number;
  /** Items that ended and took longer than `slowAfter`. */
  readonly slow: number;
  /** Whether the signal ended the loop before its items were all there and through. */
  readonly aborted: boolean;
  /** What the items themselves threw, where they come from an iterator that fails; it ended the loop. `undefined` otherwise. */
  readonly sourceError: unknown;
  readonly durationMs: number;
  /** Of the loop's span; a made-up one without an SDK. */
  readonly traceId: string;
}

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
  const { name, concurrency, slowAfter, spanLimit, signal, grace, relation, keys, onError } = options;
  const startedAt = performance.now();
  const { span, carried } = startDetachedSpan(name, { from: contextApi.active(), relation, keys });
  const context = itemContext(carried, span.spanContext(), signal);
  const spans = new LoopSpans(name, spanLimit, context);
  const source = new ItemSource(items, context, signal);
  const counts = { finished: 0, failed: 0, slow: 0 };

  const runItem = async (item: T): Promise<void> => {
    const start = performance.now();
    let failure: { readonly error: unknown } | undefined;
    try {
      await contextApi.with(context, task, undefined, item);
    } catch (error) {
      failure = { error };
    }
    const isSlow = performance.now() - start > slowAfter;
    counts[failure === undefined ? 'finished' : 'failed']++;
    if (isSlow) counts.slow++;
    if (isSlow || failure !== undefined) spans.record(start, failure);
    if (failure !== undefined && onError !== undefined) await told(() => contextApi.with(context, () => onError(failure.error, item)));
  };
  const room = new Room(concurrency);
  const end = new LoopEnd(signal, grace, room);
  let begun = 0;
  for (let next = await source.next(); next !== undefined && signal?.aborted !== true; next = await source.next()) {
    begun++;
    room.take();
    void runItem(next.item).then(() => room.give());
    if (room.isFull) await room.some();
  }
  await room.all();
  await end.orOver(source.close());
  end.dispose();

  const abandoned = begun - counts.finished - counts.failed;
  const report: LoopReport = {
    ...counts,
    abandoned,
    aborted: signal?.aborted === true && (abandoned > 0 || !source.isExhausted),
    sourceError: source.error,
    durationMs: Math.round(performance.now() - startedAt),
    traceId: trace.getSpanContext(context)?.traceId as string,
  };
  contained('describing a loop', () =>
    span.setAttributes({
      [Attr.LOOP_FINISHED]: counts.finished,
      [Attr.LOOP_FAILED]: counts.failed,
      [Attr.LOOP_SLOW]: counts.slow,
      ...(spans.dropped > 0 && { [Attr.LOOP_SPANS_DROPPED]: spans.dropped }),
      ...(abandoned > 0 && { [Attr.LOOP_ABANDONED]: abandoned }),
      ...(report.aborted && { [Attr.LOOP_ABORTED]: true }),
    }),
  );
  if (source.hasFailed) recordError(span, source.error);
  endSpan(span);
  return report;
}

/** One context for all items, as `cloneContextWithoutSpan` makes it: the loop's span by its ids only, or made-up ids. */
function itemContext(carried: Context, loop: SpanContext, signal: AbortSignal | undefined): Context {
  const context = trace.setSpanContext(carried, isSpanContextValid(loop) ? loop : randomSpanContext());
  return signal === undefined ? context : setSignal(context, signal);
}

async function told(tell: () => unknown): Promise<void> {
  try {
    await tell();
  } catch (error) {
    complain('reporting an item failed', error);
  }
}
