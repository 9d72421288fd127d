import type { LogLine } from '../telemetry/span.ts';
import { id, list, members, microseconds, Rejections, text, type Members } from './members.ts';
import { parseAttributes, parseValue } from './parse-attributes.ts';

const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/**
 * The log lines of an `ExportLogsServiceRequest` that belong to a span. Those of none are left out, without being counted as rejected.
 *
 * @param request in the form of OTLP's JSON encoding
 * @throws {MalformedError} where it is no such request
 */
export function parseLogLines(request: unknown): { lines: LogLine[]; rejections: Rejections } {
  const rejections = new Rejections();
  const lines = list(members(request, 'request')['resourceLogs'], 'resourceLogs')
    .flatMap((resourceLogs) => list(members(resourceLogs, 'resourceLogs')['scopeLogs'], 'scopeLogs'))
    .flatMap((scopeLogs) => list(members(scopeLogs, 'scopeLogs')['logRecords'], 'logRecords'))
    .flatMap((given) =>
      rejections.unlessMalformed(() => {
        const record = members(given, 'logRecords');
        return isOfSpan(record) ? [parseLine(record)] : [];
      }),
    )
    .flat();
  return { lines, rejections };
}

/** Unlike a span's, the ids of a log line may be absent, which protobuf writes as empty. */
function isOfSpan({ traceId, spanId }: Members): boolean {
  return (traceId ?? '') !== '' && (spanId ?? '') !== '';
}

function parseLine(record: Members): LogLine {
  const timeUs = microseconds(record['timeUnixNano'], 'timeUnixNano');
  return {
    traceId: id(record['traceId'], 32, 'traceId'),
    spanId: id(record['spanId'], 16, 'spanId'),
    timeUs: timeUs === 0 ? microseconds(record['observedTimeUnixNano'], 'observedTimeUnixNano') : timeUs,
    severity: text(record['severityText'], 'severityText') || severityOf(record['severityNumber']),
    body: parseValue(record['body']),
    attributes: parseAttributes(record['attributes']),
  };
}

/** Each name has four numbers, from 1 on; the JSON name of a number is SEVERITY_NUMBER_WARN3, say. */
function severityOf(given: unknown): string {
  if (typeof given === 'string') return given.replace(/^SEVERITY_NUMBER_/, '');
  return typeof given === 'number' ? (severities[Math.floor((given - 1) / 4)] ?? '') : '';
}
