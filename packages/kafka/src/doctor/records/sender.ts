import type { HeaderBag } from './header-bag.ts';

/** Signs of what wrote a record's headers, the more telling first. */
const signs: readonly (readonly [sender: string, isOf: (headers: HeaderBag) => boolean])[] = [
  ['Datadog', (headers) => headers.has('x-datadog-trace-id') || hasState(headers, /(?:^|,)\s*dd=/)],
  ['New Relic', (headers) => headers.has('newrelic') || hasState(headers, /@nr=/)],
  ['Elastic APM', (headers) => hasState(headers, /(?:^|,)\s*es=/)],
  ['Sentry', (headers) => headers.has('sentry-trace')],
  ['Instana', (headers) => headers.has('x_instana_t') || headers.has('x_instana_l_s')],
  ['SkyWalking', (headers) => headers.has('sw8')],
  ['AWS X-Ray', (headers) => headers.has('x-amzn-trace-id')],
  ['tracelink', (headers) => headers.has('tracelink-origin') || headers.has('tracelink-trace')],
  ['Watermill', (headers) => headers.has('_watermill_message_uuid')],
  ['CloudEvents', (headers) => headers.has('ce_specversion') || headers.has('ce_traceparent')],
  ['Jaeger client', (headers) => headers.has('uber-trace-id')],
  ['B3 (Brave, Zipkin, OpenTelemetry)', (headers) => headers.has('b3') || headers.has('x-b3-traceid')],
  ['W3C (OpenTelemetry, Micrometer)', (headers) => headers.has('traceparent')],
];

/** What wrote the trace headers of a record, as far as they tell. */
export function senderOf(headers: HeaderBag): string {
  return signs.find(([, isOf]) => isOf(headers))?.[0] ?? 'no tracer';
}

function hasState(headers: HeaderBag, member: RegExp): boolean {
  return headers.values('tracestate').some((value) => value !== null && member.test(value.subarray(0, 8_192).toString()));
}
