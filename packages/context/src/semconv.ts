/** Every attribute name that this package writes; all but `error.type`, which is OpenTelemetry's, are our own. */
export const Attr = {
  /** Why work failed; low cardinality. Source: semantic conventions, general attributes. */
  ERROR_TYPE: 'error.type',
  /** `true` on the span of work that nobody waits for. */
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
} as const;

/** Every event name that this package writes. */
export const EventName = {
  /** A task that had to wait has begun. */
  TASK_STARTED: 'tracelink.task.started',
} as const;
