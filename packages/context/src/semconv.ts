/** Every attribute name that this package writes; all but `error.type`, which is OpenTelemetry's, are our own. */
export const Attr = {
  /** Why work failed; low cardinality. Source: semantic conventions, general attributes. */
  ERROR_TYPE: 'error.type',
  /** `true` on the span of work that nobody waits for. */
  ASYNC: 'tracelink.async',
  /** In a trace of its own: the ids of what caused it, for back ends that do not show links. */
  LINK_TRACE_ID: 'tracelink.link.trace_id',
  LINK_SPAN_ID: 'tracelink.link.span_id',
} as const;
