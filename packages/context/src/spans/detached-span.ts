import {
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
} from '@opentelemetry/api';
import type { ContextValue } from '../values/context-value.ts';
import { copyDetached, type Relation } from '../values/detached-values.ts';
import { Attr } from './semconv.ts';
import { startSpan } from './span-lifecycle.ts';

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
 * Starts the span of work that no one waits for. The caller's span itself, which may be about to end, cannot be reached from
 * it: only its ids are.
 *
 * Where no span can be started, without an SDK, under `suppressTracing` or by a span processor that throws, the result
 * stands for the caller's span context, so that logs and headers keep their ids. It is not valid when the caller had none.
 */
export function startDetachedSpan(name: string, { from, relation, keys, attributes }: DetachedSpanOptions): DetachedSpan {
  const carried = detachedContext(from, relation, keys);
  const caller = trace.getSpanContext(from);
  const cause = caller !== undefined && isSpanContextValid(caller) ? caller : undefined;
  const { links = [], attributes: linkIds } = relation === 'link' ? linkTo(cause) : {};
  const span = startSpan(name, {
    kind: SpanKind.INTERNAL,
    links,
    attributes: { ...attributes, [Attr.ASYNC]: true, ...linkIds },
    parent: relation === 'parent' && cause !== undefined ? trace.setSpanContext(carried, cause) : carried,
  });
  if (isSpanContextValid(span.spanContext())) return { span, carried };
  return { span: cause === undefined ? span : trace.wrapSpanContext(cause), carried };
}

/**
 * The key of OpenTelemetry's `suppressTracing`, which libraries cannot import: it is part of @opentelemetry/core. The API makes
 * keys by `Symbol.for`, so the description is the key.
 */
export const suppressTracing: symbol = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * What detached work takes along from `from`: baggage, the values made with `detached: true`, those named by `keys`, the
 * wish not to be traced, and what a message sent from it needs to know of the message in flight (`sharedContextValue`), or of a
 * request (`detachKey`): the debug flag of a trace that goes on. Not the span, not the signal, nothing else that others put there.
 */
export function detachedContext(from: Context, relation: Relation, keys: readonly ContextValue<unknown>[] = []): Context {
  let context = copyDetached(from, ROOT_CONTEXT, relation);
  const baggage = propagation.getBaggage(from);
  if (baggage !== undefined) context = propagation.setBaggage(context, baggage);
  if (from.getValue(suppressTracing) === true) context = context.setValue(suppressTracing, true);
  for (const key of keys) {
    const value = key.get(from);
    if (value !== undefined) context = key.set(context, value);
  }
  return context;
}

function linkTo(cause: SpanContext | undefined): Pick<SpanOptions, 'links' | 'attributes'> {
  if (cause === undefined) return {};
  return { links: [{ context: cause }], attributes: { [Attr.LINK_TRACE_ID]: cause.traceId, [Attr.LINK_SPAN_ID]: cause.spanId } };
}
