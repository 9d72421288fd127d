import type { LogLine, Span, SpanGroup } from '../../src/telemetry/span.ts';

/** A number from 0 as an id of so many hexadecimal digits, none of which is all zeros. */
export const hex = (value: number, digits: number): string => (value + 1).toString(16).padStart(digits, '0');
export const traceId = (trace: number): string => hex(trace, 32);

/** A span as the store takes it. */
export function span(trace: number, id: number, more: Partial<Span> = {}): Span {
  return {
    traceId: traceId(trace),
    spanId: hex(id, 16),
    name: `span ${id}`,
    kind: 'internal',
    startUs: id,
    durationUs: 1,
    status: 'unset',
    attributes: {},
    events: [],
    links: [],
    ...more,
  };
}

/** Spans as one service sends them. */
export function group(spans: readonly Span[], service = 'orders', resource: Record<string, string> = {}): SpanGroup {
  return { origin: { service, resource: { 'service.name': service, ...resource }, scope: { name: 'test' } }, spans };
}

/** A log line of a span. */
export function line(trace: number, id: number, body = ''): LogLine {
  return { traceId: traceId(trace), spanId: hex(id, 16), service: 'a', timeUs: 0, severity: 'INFO', body, attributes: {} };
}
