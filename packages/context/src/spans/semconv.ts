/** The instrumentation scope of every span and metric of this package. */
export const scope = { name: '@tracelink/context', version: '0.1.0' } as const;

/** Every attribute name that this package writes. Those that do not begin with `tracelink` are OpenTelemetry's. */
export const Attr = {
  /** Why work failed; low cardinality. Source: semantic conventions, general attributes. */
  ERROR_TYPE: 'error.type',
  /** Of a server span. Source: semantic conventions for HTTP. */
  HTTP_METHOD: 'http.request.method',
  /** What the request says, where it is no method that the conventions know. */
  HTTP_METHOD_ORIGINAL: 'http.request.method_original',
  HTTP_STATUS_CODE: 'http.response.status_code',
  HTTP_ROUTE: 'http.route',
  URL_PATH: 'url.path',
  URL_QUERY: 'url.query',
  URL_SCHEME: 'url.scheme',
  PROTOCOL_VERSION: 'network.protocol.version',
  /** `true` on the span of work that no one waits for. */
  ASYNC: 'tracelink.async',
  /** In a trace of its own: the ids of what caused it, for back ends that do not show links. */
  LINK_TRACE_ID: 'tracelink.link.trace_id',
  LINK_SPAN_ID: 'tracelink.link.span_id',
  /** A task's name, of metrics only: its span is named by it. */
  TASK_NAME: 'tracelink.task.name',
  /** How a task ended: a `TaskOutcome`. */
  TASK_OUTCOME: 'tracelink.task.outcome',
  /** Milliseconds that a task waited for its turn; only where it waited. */
  TASK_QUEUED_MS: 'tracelink.task.queued_ms',
  /** Of a loop's span: how many of its items ended how. */
  LOOP_FINISHED: 'tracelink.loop.finished',
  LOOP_FAILED: 'tracelink.loop.failed',
  LOOP_SLOW: 'tracelink.loop.slow',
  /** Of a loop's span: items that would have had a span of their own, beyond the limit. */
  LOOP_SPANS_DROPPED: 'tracelink.loop.spans_dropped',
  /** Of a loop's span: items that had not ended when their grace was over; only where there are some. */
  LOOP_ABANDONED: 'tracelink.loop.abandoned',
  /** `true` on the span of a loop that was ended by its signal. */
  LOOP_ABORTED: 'tracelink.loop.aborted',
} as const;

/** Every event name that this package writes. */
export const EventName = {
  /** A task that had to wait has begun. */
  TASK_STARTED: 'tracelink.task.started',
} as const;
