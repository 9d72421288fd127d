import { randomUUID } from 'node:crypto';
import { context as contextApi, isSpanContextValid, trace, TraceFlags, type Context, type SpanContext } from '@opentelemetry/api';
import type { ContextValue } from '../values/context-value.ts';
import type { Relation } from '../values/detached-values.ts';
import { setSignal } from '../values/signal.ts';
import { detachedContext, startDetachedSpan } from './detached-span.ts';
import { endSpan } from './span-lifecycle.ts';

/** Options of {@link cloneContext}. */
export interface CloneContextOptions {
  /** Values to take along beside those made with `detached: true`. @default none */
  readonly keys?: readonly ContextValue<unknown>[];
  /** Name of the short span that stands for the detached work. @default 'detached' */
  readonly name?: string;
  /** What cancels the detached work; the caller's own signal does not. @default nothing */
  readonly signal?: AbortSignal;
  /** Whether the work stays in the caller's trace, or gets a trace of its own that links to the caller. @default 'parent' */
  readonly relation?: Relation;
}

/**
 * A context for work that outlives its caller: in the same trace, with baggage and the chosen values, without the caller's
 * cancellation. The trace goes on through a short span of its own (kind INTERNAL, `tracelink.async`), which has ended when this
 * returns: what the detached work records becomes its child, and nothing can be written to the caller's span, whose end
 * no one then has to wait for.
 *
 * Run the work in it by the API's `context.with(cloneContext(), work)`. It is on its own then: who wants errors reported
 * and the work finished at shutdown uses `BackgroundTasks`.
 */
export function cloneContext({ keys, name = 'detached', signal, relation = 'parent' }: CloneContextOptions = {}): Context {
  const { span, carried } = startDetachedSpan(name, { from: contextApi.active(), relation, keys });
  endSpan(span);
  const context = trace.setSpanContext(carried, span.spanContext());
  return signal === undefined ? context : setSignal(context, signal);
}

/** Options of {@link cloneContextWithoutSpan}. */
export interface CloneContextWithoutSpanOptions {
  /** Values to take along beside those made with `detached: true`. @default none */
  readonly keys?: readonly ContextValue<unknown>[];
}

/**
 * As `cloneContext`, with no span: for a loop over many items, each of which may run in the same result. The caller's span
 * context goes on; its span cannot be written to.
 *
 * Where there is no trace, a random one is made up, not sampled, so that the logs and headers of all the work in this context share
 * one id. A receiver that follows the sender's sampling decision then records no trace either.
 */
export function cloneContextWithoutSpan({ keys }: CloneContextWithoutSpanOptions = {}): Context {
  const from = contextApi.active();
  return withIds(detachedContext(from, 'parent', keys), trace.getSpanContext(from));
}

/** `context` with the ids of a span that cannot be written to; with made-up ones where there is no valid span. */
export function withIds(context: Context, spanContext: SpanContext | undefined): Context {
  const isValid = spanContext !== undefined && isSpanContextValid(spanContext);
  return trace.setSpanContext(context, isValid ? spanContext : randomSpanContext());
}

/**
 * The context of a trace that no one records: valid ids, not sampled. A UUID is 122 random bits that Node draws in bulk, in
 * a tenth of the time of `randomBytes`; its version and variant digits keep both ids from being zero.
 */
function randomSpanContext(): SpanContext {
  return {
    traceId: randomUUID().replaceAll('-', ''),
    spanId: randomUUID().replaceAll('-', '').slice(16),
    traceFlags: TraceFlags.NONE,
  };
}
