import { SpanKind, SpanStatusCode, type Attributes, type HrTime, type Link, type SpanContext, type SpanStatus } from '@opentelemetry/api';
import { serviceNameOf, type TraceSpan } from './trace-span.ts';

/** An event of a {@link RecordedSpan}. */
export interface RecordedEvent {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes?: Attributes;
}

/**
 * What a test may read of a span: the part that the `ReadableSpan` of OpenTelemetry's SDK 2 and SDK 3 have in common,
 * written down here so that this package imports neither.
 */
export interface RecordedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly status: SpanStatus;
  readonly links: readonly Link[];
  readonly events: readonly RecordedEvent[];
  /** The parent's context; absent for a root span. */
  readonly parentSpanContext?: SpanContext;
  /** Seconds since the epoch, and nanoseconds within that second. */
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  /** Who ran: `service.name` and the like. */
  readonly resource: { readonly attributes: Attributes };
  /** Which tracer made it. */
  readonly instrumentationScope: { readonly name: string; readonly version?: string };
  readonly ended: boolean;
  spanContext(): SpanContext;
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

/**
 * A recorded span as a {@link TraceSpan}, which one that is one already stays. The `service.name` that a resource still detects reads
 * as `undefined`.
 */
export function toTraceSpan(span: RecordedSpan | TraceSpan): TraceSpan {
  if (!('spanContext' in span)) return span;
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
