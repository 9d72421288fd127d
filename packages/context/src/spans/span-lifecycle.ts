import {
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type SpanOptions,
  type TimeInput,
  type Tracer,
} from '@opentelemetry/api';
import { errorMessage, errorType } from '../errors/thrown-value.ts';
import { guard } from '../errors/diagnostics.ts';
import { sayUnseenApi } from './registered-api.ts';
import { Attr, scope } from './semconv.ts';

/** Where a span starts from. */
export interface SpanStart extends SpanOptions {
  /** @default the active context */
  readonly parent?: Context;
  /** @default that of this package */
  readonly tracer?: Tracer | undefined;
}

/** How a span ends. */
export interface SpanEnd {
  /** What the work threw; absent where it ended well. */
  readonly failure?: { readonly error: unknown } | undefined;
  /** @default now */
  readonly at?: TimeInput;
  /** Sets what is known of the work at its end. */
  readonly describe?: (span: Span) => void;
}

/** Starts a span. Never throws: where none can be started, the result has the parent's ids, and what is written to it is dropped. */
export function startSpan(name: string, { parent = contextApi.active(), tracer, ...options }: SpanStart = {}): Span {
  const span =
    guard('starting a span', () => (tracer ?? trace.getTracer(scope.name, scope.version)).startSpan(name, options, parent)) ??
    trace.wrapSpanContext(trace.getSpanContext(parent) ?? INVALID_SPAN_CONTEXT);
  if (!span.isRecording()) sayUnseenApi();
  return span;
}

/** Ends a span: describes it, records what its work threw, and ends it. Never throws, whatever the telemetry or the error does. */
export function endSpan(span: Span, { failure, at, describe }: SpanEnd = {}): void {
  if (describe !== undefined) guard('describing a span', () => describe(span));
  if (failure !== undefined) guard('recording an error', () => recordError(span, failure.error, errorType, at));
  guard('ending a span', () => span.end(at));
}

/**
 * The exception as an event, status ERROR, `error.type`.
 * Source: semantic conventions, recording errors and exceptions.
 *
 * @param typeOf the `error.type` of what was thrown; asked only where the span records
 */
export function recordError(span: Span, error: unknown, typeOf: (error: unknown) => string, at?: TimeInput): void {
  if (!span.isRecording()) return;
  const [type, message] = [typeOf(error), errorMessage(error)];
  span.setAttribute(Attr.ERROR_TYPE, type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  try {
    span.recordException(error instanceof Error ? error : { name: type, message }, at);
  } catch {
    // An error whose members cannot be read.
    span.recordException({ name: type, message }, at);
  }
}
