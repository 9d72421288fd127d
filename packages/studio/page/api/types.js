// The shapes of the HTTP API, for the type checker only: no page loads this file. Times are whole microseconds.

/** @typedef {null | boolean | number | string | Json[] | { [key: string]: Json }} Json */
/** @typedef {Record<string, Json>} Attributes */

/** @typedef {'retried' | 'dead-letter' | 'replayed' | 'circuit-open'} TraceBadge */

/**
 * @typedef {object} TraceSummary
 * @property {string} traceId
 * @property {string} name of the root span, or of the earliest
 * @property {string} service
 * @property {number} startUs
 * @property {number} durationUs
 * @property {number} spans
 * @property {number} errors
 * @property {string[]} services
 * @property {string[]} topics
 * @property {TraceBadge[]} badges
 * @property {boolean} imported it came out of a file
 * @property {string[]} linkedTraceIds
 * @property {TraceSummary[]} batches traces of one span each that are shown under it
 */

/** @typedef {{ traces: number, spans: number, bytes: number, dropped: number, metrics: number }} Held */
/** @typedef {{ traces: TraceSummary[], held: Held, services: string[], topics: string[] }} TraceListAnswer */

/**
 * @typedef {'cause' | 'retry' | 'origin' | 'began' | 'broken'} LinkKind what a link leads to: what caused the span, which for a message is
 *   its sender (`cause`); the attempt before (`retry`); what a replayed message was at first (`origin`); where the span's own trace began,
 *   to which the tree leads (`began`); or what was sent before other software began another trace (`broken`)
 */

/**
 * @typedef {object} Span
 * @property {string} traceId
 * @property {string} spanId
 * @property {string} [parentSpanId]
 * @property {string} name
 * @property {'internal' | 'server' | 'client' | 'producer' | 'consumer'} kind
 * @property {string} service
 * @property {number} startUs
 * @property {number} durationUs
 * @property {'unset' | 'ok' | 'error'} status
 * @property {string} [statusMessage]
 * @property {Attributes} attributes
 * @property {{ name: string, timeUs: number, attributes: Attributes }[]} events
 * @property {{ traceId: string, spanId: string, attributes: Attributes, kind: LinkKind }[]} links
 * @property {{ traceId: string, spanId: string, name: string, service: string }[]} linkedFrom
 * @property {Attributes} resource
 * @property {{ name: string, version?: string }} scope
 * @property {number} logs how many log lines it has
 * @property {Message} [message] absent where it has nothing to do with one
 */

/**
 * @typedef {object} Message what a span has to do with a message, or with messages
 * @property {string} [topic]
 * @property {'create' | 'send' | 'receive' | 'process'} [does] `create` makes a message that another span sends
 * @property {{ traceId: string, spanId: string }} [cameAfter] the span that worked on the same record before, of those in the answer
 */

/** @typedef {{ traceId: string, imported: boolean, logLines: number, lostLogLines: number, spans: Span[] }} Trace `lostLogLines` went because of a limit */

/**
 * @typedef {object} Missing what of a trace, and of those that it is linked with, the answer does not have
 * @property {number} moreLinked linked traces that are in it when one asks for more
 * @property {number} undrawable linked traces that never are, as they are too many or too large
 * @property {boolean} moreBehind there are more traces behind the linked ones
 * @property {boolean} lostSpans spans of the trace itself went because of a limit
 */

/** @typedef {Trace & Missing & { related: Trace[], truncated: boolean }} TraceAnswer `truncated` is for any of what is missing */
/** @typedef {{ spanId: string, service: string, timeUs: number, severity: string, body: Json, attributes: Attributes }} LogLine */
/** @typedef {{ p50Us: number, p99Us: number }} Percentiles */
/** @typedef {{ id: string, kind: 'service' | 'topic', name: string, spans: number, errors: number, processing?: Percentiles }} FlowNode */
/** @typedef {{ from: string, to: string, count: number, errors: number, queueTime?: Percentiles }} FlowEdge */
/** @typedef {{ nodes: FlowNode[], edges: FlowEdge[] }} FlowAnswer */
/** @typedef {{ name: string, label: string, description?: string }} Action */
/** @typedef {{ message: string, traceId?: string }} ActionAnswer */

/**
 * @typedef {object} ImportAnswer
 * @property {string} [traceId] the first trace of the file that is in memory; absent where a limit let none stay
 * @property {number} traces
 * @property {number} spans
 * @property {number} dropped how many of these spans are not in memory
 * @property {number} rejected spans and log lines that could not be read
 * @property {string} message why the first of them could not
 */

export {};
