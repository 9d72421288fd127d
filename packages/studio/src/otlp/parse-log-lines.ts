import type { LogLine } from '../telemetry/span.ts';
import { list, members, microseconds, Rejections, text, validId, type Members } from './members.ts';
import { parseAttributes, parseValue } from './parse-attributes.ts';
import { originOf } from './parse-spans.ts';

const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/**
 * The log lines of an `ExportLogsServiceRequest` that belong to a trace. Those of none are left out, without being counted as rejected.
 *
 * @param request in the form of OTLP's JSON encoding
 * @throws {MalformedError} where it is no such request
 */
export function parseLogLines(request: unknown): { lines: LogLine[]; rejections: Rejections } {
  const rejections = new Rejections();
  const lines: LogLine[] = [];
  for (const resourceLogs of list(members(request, 'request')['resourceLogs'], 'resourceLogs')) {
    const { resource, scopeLogs } = members(resourceLogs, 'resourceLogs');
    const { service } = originOf(parseAttributes(members(resource, 'resource')['attributes']), { name: '' });
    for (const given of list(scopeLogs, 'scopeLogs').flatMap((one) => list(members(one, 'scopeLogs')['logRecords'], 'logRecords'))) {
      const taken = rejections.unlessMalformed(() => {
        const record = members(given, 'logRecords');
        // OTLP has an id of zeros, or of another length, mean what an absent one does: the rest of the record is as good as any.
        const traceId = validId(record['traceId'], 32, 'traceId');
        return traceId === undefined ? [] : [parseLine(record, traceId, service)];
      });
      lines.push(...taken.flat());
    }
  }
  return { lines, rejections };
}

function parseLine(record: Members, traceId: string, service: string): LogLine {
  const timeUs = microseconds(record['timeUnixNano'], 'timeUnixNano');
  const eventName = text(record['eventName'], 'eventName');
  return {
    traceId,
    spanId: validId(record['spanId'], 16, 'spanId') ?? '',
    service,
    timeUs: timeUs === 0 ? microseconds(record['observedTimeUnixNano'], 'observedTimeUnixNano') : timeUs,
    severity: text(record['severityText'], 'severityText') || severityOf(record['severityNumber']),
    // An event may have its name alone.
    body: parseValue(record['body']) ?? (eventName === '' ? null : eventName),
    attributes: parseAttributes(record['attributes']),
  };
}

/** Each name has four numbers, from 1 on; the JSON name of a number is SEVERITY_NUMBER_WARN3, say. */
function severityOf(given: unknown): string {
  if (typeof given === 'string') return given.replace(/^SEVERITY_NUMBER_/, '');
  return typeof given === 'number' ? (severities[Math.floor((given - 1) / 4)] ?? '') : '';
}
