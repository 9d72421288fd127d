/** @import { Attributes, Json, LogLine, Span } from './types.js' */

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
const codes = { unset: 0, ok: 1, error: 2 };

/**
 * Spans as an export request in OTLP's JSON, which this studio and every other back end takes at `/v1/traces`. The log lines beside them
 * are for who imports the file: as a member that a request for traces has not, they are ignored there.
 * Source: OpenTelemetry Protocol 1.9.0, "JSON Protobuf Encoding".
 *
 * @param {readonly Span[]} spans
 * @param {readonly { traceId: string, logs: readonly LogLine[] }[]} traces
 * @returns {object}
 */
export function toOtlp(spans, traces) {
  const byOrigin = Map.groupBy(spans, ({ resource, scope }) => JSON.stringify([resource, scope]));
  return {
    resourceSpans: [...byOrigin.values()].map((group) => {
      const { resource, scope } = /** @type {Span} */ (group[0]);
      return { resource: { attributes: attributesOf(resource) }, scopeSpans: [{ scope, spans: group.map(spanOf) }] };
    }),
    ...(traces.length === 0 ? {} : { resourceLogs: resourceLogsOf(traces) }),
  };
}

/** @param {readonly { traceId: string, logs: readonly LogLine[] }[]} traces */
function resourceLogsOf(traces) {
  const lines = traces.flatMap(({ traceId, logs }) => logs.map((line) => ({ traceId, ...line })));
  return [...Map.groupBy(lines, ({ service }) => service)].map(([service, group]) => ({
    resource: { attributes: attributesOf({ 'service.name': service }) },
    scopeLogs: [
      {
        logRecords: group.map(({ traceId, spanId, timeUs, severity, body, attributes }) => ({
          traceId,
          spanId,
          timeUnixNano: nanoseconds(timeUs),
          severityText: severity,
          body: valueOf(body),
          attributes: attributesOf(attributes),
        })),
      },
    ],
  }));
}

/** @param {Span} span */
function spanOf(span) {
  const { traceId, spanId, parentSpanId, name, kind, startUs, durationUs, status, statusMessage, attributes, events, links } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: kinds[kind],
    startTimeUnixNano: nanoseconds(startUs),
    endTimeUnixNano: nanoseconds(startUs + durationUs),
    status: { code: codes[status], message: statusMessage },
    attributes: attributesOf(attributes),
    events: events.map((event) => ({
      name: event.name,
      timeUnixNano: nanoseconds(event.timeUs),
      attributes: attributesOf(event.attributes),
    })),
    links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId, attributes: attributesOf(link.attributes) })),
  };
}

/** @param {number} us */
function nanoseconds(us) {
  return String(BigInt(us) * 1_000n);
}

/** @param {Attributes} attributes */
function attributesOf(attributes) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));
}

/**
 * @param {Json} value
 * @returns {object}
 */
function valueOf(value) {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(valueOf) } };
  return { kvlistValue: { values: attributesOf(value) } };
}
