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

/** What OpenTelemetry's SDKs call a program that was given no name: its path follows, which is another on every machine. */
const unnamed = /^unknown_service(:|$)/;

/** The `service.name` of a resource; `undefined` when it has none. */
export function serviceNameOf(resource: Readonly<Record<string, unknown>>): string | undefined {
  const name = resource['service.name'];
  return typeof name === 'string' && !unnamed.test(name) ? name : undefined;
}

/** Names a span anywhere: the key of a map. */
export function idOf({ traceId, spanId }: SpanReference): string {
  return `${traceId}-${spanId}`;
}

/** The same for the span's parent, which is always in its own trace. */
export function parentIdOf({ traceId, parentSpanId }: TraceSpan): string | undefined {
  return parentSpanId === undefined ? undefined : idOf({ traceId, spanId: parentSpanId });
}

/** The spans by {@link idOf}; of an id that came twice, the first. */
export function spansById(spans: readonly TraceSpan[]): Map<string, TraceSpan> {
  // Reversed, because of two entries with one key the last one stays.
  return new Map(spans.toReversed().map((span) => [idOf(span), span]));
}
