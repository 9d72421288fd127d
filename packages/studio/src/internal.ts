// For @tracelink/testing: OTLP is read in one place. Not for users; it may change in any version.
export { handleRequests } from './http/handle-requests.ts';
export { parseSpans } from './otlp/parse-spans.ts';
export { receiveRoutes } from './otlp/receive-routes.ts';
export type { Origin, Span, SpanGroup } from './telemetry/span.ts';
