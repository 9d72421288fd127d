import { SpanKind, SpanStatusCode, type HrTime } from '@opentelemetry/api';
import type { RecordedSpan } from './recorded-span.ts';
import { serviceNameOf } from './service-name.ts';

/** Names one span anywhere. */
export interface SpanReference {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
}

/** A span as a trace view needs it, whether it was recorded in this process or received from another one. */
export interface TraceSpan extends SpanReference {
  /** `undefined` for a root span. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** `service.name` of the resource; `undefined` when it has none, or the SDK's `unknown_service`. */
  readonly serviceName: string | undefined;
  /** Milliseconds since the epoch, with fractions. */
  readonly startTime: number;
  /** Milliseconds, with fractions. */
  readonly duration: number;
  readonly status: { readonly code: 'unset' | 'ok' | 'error'; readonly message?: string };
  readonly links: readonly SpanReference[];
}

const kinds: Readonly<Record<SpanKind, TraceSpan['kind']>> = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

const statusCodes: Readonly<Record<SpanStatusCode, TraceSpan['status']['code']>> = {
  [SpanStatusCode.UNSET]: 'unset',
  [SpanStatusCode.OK]: 'ok',
  [SpanStatusCode.ERROR]: 'error',
};

/** A recorded span as a {@link TraceSpan}. The `service.name` that a resource still detects reads as `undefined`. */
export function toTraceSpan(span: RecordedSpan): TraceSpan {
  const { traceId, spanId } = span.spanContext();
  const { code, message } = span.status;
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: kinds[span.kind],
    serviceName: serviceNameOf(span.resource.attributes),
    startTime: milliseconds(span.startTime),
    duration: milliseconds(span.duration),
    status: { code: statusCodes[code], ...(message === undefined ? {} : { message }) },
    links: span.links.map(({ context }) => ({ traceId: context.traceId, spanId: context.spanId })),
  };
}

function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1e3 + nanoseconds / 1e6;
}
