import { context as contextApi, SpanKind, trace, type Context, type Span } from '@opentelemetry/api';
import { withIds } from '../spans/clone-context.ts';
import { startDetachedSpan } from '../spans/detached-span.ts';
import { Attr } from '../spans/semconv.ts';
import { endSpan, startSpan, type SpanEnd } from '../spans/span-lifecycle.ts';
import { setSignal } from '../values/signal.ts';
import type { CheckedLoop } from './loop-options.ts';

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

/** The span of a loop, and the spans of those of its items that are worth one. */
export class LoopSpan {
  /** One context for all items: the loop's span by its ids only, or made-up ids. */
  readonly context: Context;
  readonly traceId: string;
  readonly #name: string;
  readonly #limit: number;
  readonly #span: Span;
  // The clock of the loop's span: the system's when it began, and monotonic from there.
  readonly #origin = Date.now() - performance.now();
  #recorded = 0;

  constructor({
    name,
    spanLimit,
    signal,
    relation,
    keys,
  }: Pick<CheckedLoop<never>, 'name' | 'spanLimit' | 'signal' | 'relation' | 'keys'>) {
    const { span, carried } = startDetachedSpan(name, { from: contextApi.active(), relation, keys });
    const context = withIds(carried, span.spanContext());
    this.context = signal === undefined ? context : setSignal(context, signal);
    this.traceId = trace.getSpanContext(context)?.traceId as string;
    this.#name = name;
    this.#limit = spanLimit;
    this.#span = span;
  }

  /** @param start by `performance.now()`; the item's span ends now */
  recordItem(start: number, failure: SpanEnd['failure']): void {
    if (++this.#recorded > this.#limit) return;
    const at = this.#origin + performance.now();
    const startTime = this.#origin + start;
    endSpan(startSpan(`${this.#name} item`, { kind: SpanKind.INTERNAL, startTime, parent: this.context }), { failure, at });
  }

  /** @param failure what the items themselves threw */
  end({ finished, failed, slow, abandoned, aborted }: LoopReport, failure: SpanEnd['failure']): void {
    const dropped = this.#recorded - this.#limit;
    const describe = (span: Span): unknown =>
      span.setAttributes({
        [Attr.LOOP_FINISHED]: finished,
        [Attr.LOOP_FAILED]: failed,
        [Attr.LOOP_SLOW]: slow,
        ...(dropped > 0 && { [Attr.LOOP_SPANS_DROPPED]: dropped }),
        ...(abandoned > 0 && { [Attr.LOOP_ABANDONED]: abandoned }),
        ...(aborted && { [Attr.LOOP_ABORTED]: true }),
      });
    endSpan(this.#span, { failure, describe });
  }
}
