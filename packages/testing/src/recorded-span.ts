import type { Attributes, HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';

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
