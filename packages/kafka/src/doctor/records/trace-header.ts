import { contextIn, spanIn } from './seen-context.ts';

/** A header that names a trace, and whether a value of it is one. */
export interface TraceHeader {
  /** In lower case. */
  readonly name: string;
  /** Spellings that readers of every language find. */
  readonly spellings: readonly string[];
  readonly accepts: (text: string) => boolean;
}

const isProgress = /^hops=[1-9]\d{0,4};since=[1-9]\d{0,15}(?:;span=.{55})?$/;

/** Headers that name a trace, by their names in lower case. */
export const traceHeaders: ReadonlyMap<string, TraceHeader> = new Map(
  [
    header('traceparent', (text) => spanIn(text) !== undefined),
    header('b3', (text) => /^[01d]$/.test(text) || contextIn('b3', 'b3', text) !== undefined),
    header('x-b3-traceid', (text) => isHex(text, 16, 32), 'X-B3-TraceId'),
    header('x-b3-spanid', (text) => isHex(text, 16), 'X-B3-SpanId'),
    header('x-b3-sampled', (text) => /^(?:[01]|true|false|True|False)$/.test(text), 'X-B3-Sampled'),
    header('uber-trace-id', (text) => contextIn('jaeger', 'uber-trace-id', text) !== undefined),
    header('sentry-trace', (text) => contextIn('sentry', 'sentry-trace', text) !== undefined),
    header('x-datadog-trace-id', (text) => /^\d{1,20}$/.test(text) && Number(text) > 0),
    header('x-datadog-parent-id', (text) => /^\d{1,20}$/.test(text)),
    { name: 'x_instana_t', spellings: ['X_INSTANA_T'], accepts: (text: string) => /^[\da-fA-F]{16,32}$/.test(text) },
    header('ce_traceparent', (text) => spanIn(text) !== undefined),
    header('tracelink-origin', (text) => spanIn(text) !== undefined),
    header('tracelink-trace', (text) => isProgress.test(text)),
  ].map((each) => [each.name, each]),
);

/** Headers without ids of a trace whose spelling matters all the same. */
export const companions: readonly string[] = ['tracestate', 'baggage'];

/**
 * Headers that hold a hop's context in formats that are not read here: a global propagator of OpenTelemetry writes and reads them (AWS X-Ray,
 * OpenTracing's, Google Cloud's, OpenCensus'), or New Relic's agents. SkyWalking's `sw8` is none: what tracelink writes travels beside a context.
 */
const unread = ['x-amzn-trace-id', 'ot-tracer-traceid', 'x-cloud-trace-context', 'grpc-trace-bin', 'newrelic'];

/** Whether there is a context of a hop that is not read here. */
export function holdsUnread(headers: { has(name: string): boolean }): boolean {
  return unread.some((name) => headers.has(name));
}

/** A record with one of these was sent by something that traces, whatever became of the value. An event's own context is none of a hop. */
const signs = ['tracestate', 'x-b3-flags', 'sw8', 'x_instana_l_s', ...unread];
for (const name of traceHeaders.keys()) if (name !== 'ce_traceparent') signs.push(name);

/** Whether there is a header of a hop's trace. */
export function namesTrace(headers: { has(name: string): boolean }): boolean {
  return signs.some((name) => headers.has(name));
}

function header(name: string, accepts: (text: string) => boolean, ...also: string[]): TraceHeader {
  return { name, spellings: [name, ...also], accepts };
}

function isHex(text: string, ...lengths: readonly number[]): boolean {
  return lengths.includes(text.length) && /^[\da-f]+$/.test(text) && !/^0+$/.test(text);
}
