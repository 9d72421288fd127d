import { list, members } from './members.ts';

/**
 * How many metrics an `ExportMetricsServiceRequest` brings. Nothing else of them is read.
 *
 * @param request in the form of OTLP's JSON encoding
 * @throws {MalformedError} where it is no such request
 */
export function countMetrics(request: unknown): number {
  return list(members(request, 'request')['resourceMetrics'], 'resourceMetrics')
    .flatMap((resourceMetrics) => list(members(resourceMetrics, 'resourceMetrics')['scopeMetrics'], 'scopeMetrics'))
    .reduce((sum: number, scopeMetrics) => sum + list(members(scopeMetrics, 'scopeMetrics')['metrics'], 'metrics').length, 0);
}
