import type { TraceStore } from '../store/trace-store.ts';
import type { Encoding } from './encoding.ts';
import { list, members, type PartialSuccess } from './members.ts';
import { parseLogLines } from './parse-log-lines.ts';
import { parseSpans } from './parse-spans.ts';
import type { Signal } from './protobuf-messages.ts';

/** What keeps telemetry, or drops it. */
export type TelemetrySink = Pick<TraceStore, 'addSpans' | 'addLogLines' | 'addMetrics'>;

/**
 * Adds what the body of a request brought to the sink.
 *
 * @returns what was left out of it, where something was
 * @throws {MalformedError}
 */
type Take = (encoding: Encoding, body: Buffer) => PartialSuccess | undefined;

/**
 * What is done with the body of a request, whichever way it came.
 *
 * @param onArrival called after something was added to the sink
 */
export function takeTelemetry(sink: TelemetrySink, onArrival: () => void): Readonly<Record<Signal, Take>> {
  return {
    traces: (encoding, body) => {
      const plain = encoding.plainSpans?.(body);
      const { groups, rejections } = plain === undefined ? parseSpans(encoding.decode('traces', body)) : { groups: plain };
      sink.addSpans(groups);
      onArrival();
      return rejections?.partialSuccess;
    },
    logs: (encoding, body) => {
      const { lines, rejections } = parseLogLines(encoding.decode('logs', body));
      sink.addLogLines(lines);
      onArrival();
      return rejections.partialSuccess;
    },
    metrics: (encoding, body) => {
      sink.addMetrics(countMetrics(encoding.decode('metrics', body)));
      onArrival();
      return undefined;
    },
  };
}

/**
 * How many metrics an `ExportMetricsServiceRequest` brings. Nothing else of them is read.
 *
 * @param request in the form of OTLP's JSON encoding
 * @throws {MalformedError} where it is no such request
 */
function countMetrics(request: unknown): number {
  return list(members(request, 'request')['resourceMetrics'], 'resourceMetrics')
    .flatMap((resourceMetrics) => list(members(resourceMetrics, 'resourceMetrics')['scopeMetrics'], 'scopeMetrics'))
    .reduce((sum: number, scopeMetrics) => sum + list(members(scopeMetrics, 'scopeMetrics')['metrics'], 'metrics').length, 0);
}
