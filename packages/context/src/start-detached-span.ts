import {
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { contained } from './contain.ts';
import { detachedContext } from './detached-context.ts';
import type { ContextValue } from './context-value.ts';
import { Attr } from './semconv.ts';
import { scope } from './version.ts';

/** Whether detached work goes on in its caller's trace, or starts one of its own that links to the caller. */
export type Relation = 'parent' | 'link';

/** What a detached span starts from. */
export interface DetachedSpanOptions {
  /** The caller's context. */
  readonly from: Context;
  readonly relation: Relation;
  readonly keys?: readonly ContextValue<unknown>[] | undefined;
  readonly attributes?: Attributes | undefined;
}

/** A started span, and what its work takes along: {@link detachedContext}, which the span is not part of. */
export interface DetachedSpan {
  readonly span: Span;
  readonly carried: Context;
}

/**
 * Starts the span of work that nobody waits for. The caller's span itself, which may be about to end, cannot be reached from
 * it: only its ids are.
 *
 * Where no span can be started, without an SDK, under `suppressTracing` or by a span processor that throws, the result
 * stands for the caller's span context, so that logs and headers keep their ids. It is not valid when the caller had none.
 */
export function startDetachedSpan(name: string, { from, relation, keys, attributes }: DetachedSpanOptions): DetachedSpan {
  const carried = detachedContext(from, keys);
  const caller = trace.getSpanContext(from);
  const cause = caller !== undefined && isSpanContextValid(caller) ? caller : undefined;
  const continues = relation === 'parent';
  const span = contained('starting a span', () =>
    trace.getTracer(scope.name, scope.version).startSpan(
      name,
      {
        kind: SpanKind.INTERNAL,
        attributes: { ...attributes, [Attr.ASYNC]: true, ...(!continues && cause !== undefined ? linkIds(cause) : {}) },
        links: continues ? [] : linkTo(cause),
      },
      continues && cause !== undefined ? trace.setSpanContext(carried, cause) : carried,
    ),
  );
  if (span !== undefined && isSpanContextValid(span.spanContext())) return { span, carried };
  return { span: trace.wrapSpanContext(cause ?? INVALID_SPAN_CONTEXT), carried };
}

function linkTo(cause: SpanContext | undefined): Link[] {
  return cause === undefined ? [] : [{ context: cause }];
}

function linkIds({ traceId, spanId }: SpanContext): Attributes {
  return { [Attr.LINK_TRACE_ID]: traceId, [Attr.LINK_SPAN_ID]: spanId };
}
