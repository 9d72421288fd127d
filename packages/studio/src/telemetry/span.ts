/** Where a span is: both ids in lower-case hexadecimal. */
export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
}

interface SpanLink extends SpanReference {
  readonly attributes: Attributes;
}

interface SpanEvent {
  readonly name: string;
  readonly timeUs: number;
  readonly attributes: Attributes;
}

type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
type SpanStatus = 'unset' | 'ok' | 'error';

/** One span as it was received. Times are whole microseconds, since the Unix epoch where they are points in time. */
export interface Span extends SpanReference {
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startUs: number;
  readonly durationUs: number;
  readonly status: SpanStatus;
  readonly statusMessage?: string;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

/** Where spans come from; the spans of a batch have it in common. */
export interface Origin {
  /** The resource's `service.name`. */
  readonly service: string;
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version?: string };
}

/** Spans of one origin, in the order in which they came. */
export interface SpanGroup {
  readonly origin: Origin;
  readonly spans: readonly Span[];
}

/** What an attribute's value, or a log line's body, can be. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type Attributes = Readonly<Record<string, Json>>;

/** A log line that was written in a trace. */
export interface LogLine {
  readonly traceId: string;
  /** Empty for a line that names its trace alone. */
  readonly spanId: string;
  /** The resource's `service.name`. */
  readonly service: string;
  /** Whole microseconds since the Unix epoch. */
  readonly timeUs: number;
  readonly severity: string;
  readonly body: Json;
  readonly attributes: Attributes;
}
