import type { Origin, Span, SpanGroup } from '@tracelink/studio/internal';
import { serviceNameOf, type SpanReference, type TraceSpan } from './trace-span.ts';

/** The values that OTLP has: those of the tracing API, lists of mixed values and maps. */
export type ReceivedValue = string | number | boolean | null | readonly ReceivedValue[] | { readonly [key: string]: ReceivedValue };

/** Attributes as they came. Bytes are base64, a whole number beyond what a double holds is its digits. */
export type ReceivedAttributes = Readonly<Record<string, ReceivedValue>>;

/** A link of a {@link ReceivedSpan}. */
export interface ReceivedLink extends SpanReference {
  readonly attributes: ReceivedAttributes;
}

/** A span that another process exported. */
export interface ReceivedSpan extends TraceSpan {
  readonly attributes: ReceivedAttributes;
  readonly links: readonly ReceivedLink[];
  /** Attributes of the resource, among them `service.name`. */
  readonly resource: ReceivedAttributes;
  /** Name of the tracer. */
  readonly scope: string;
}

/** The spans of one request of OTLP, in the order in which they came. */
export function receivedSpans(groups: readonly SpanGroup[]): ReceivedSpan[] {
  return groups.flatMap(({ origin, spans }) => spans.map((span) => receivedSpan(span, origin)));
}

/** A span as the studio reads it, for a test. */
export function receivedSpan(span: Span, { resource, scope }: Pick<Origin, 'resource' | 'scope'>): ReceivedSpan {
  const { traceId, spanId, parentSpanId, name, kind, attributes } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    serviceName: serviceNameOf(resource),
    startTime: span.startUs / 1e3,
    duration: span.durationUs / 1e3,
    status: { code: span.status, ...(span.statusMessage === undefined ? {} : { message: span.statusMessage }) },
    links: span.links.map((link) => ({ traceId: link.traceId, spanId: link.spanId, attributes: link.attributes })),
    attributes,
    resource,
    scope: scope.name,
  };
}
