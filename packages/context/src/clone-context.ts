import { context as contextApi, trace, type Context } from '@opentelemetry/api';
import type { ContextValue } from './context-value.ts';
import { endSpan } from './record-error.ts';
import { setSignal } from './signal.ts';
import { startDetachedSpan, type Relation } from './start-detached-span.ts';

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
 * nobody then has to wait for.
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
