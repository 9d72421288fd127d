import { isOneTrace, vendors, type SeenContext } from '../records/seen-context.ts';
import { lastOf, type SeenRecord } from '../records/seen-record.ts';
import { holdsUnread } from '../records/trace-header.ts';
import type { Observation, RecordRule } from './rule.ts';

const repeatable = ['w3c', 'b3'] as const;

/** Several contexts in one record that do not say the same. */
export const contradictions: readonly RecordRule[] = [
  {
    of: 'record',
    id: 'context-appended',
    title: 'A trace header is there more than once, of one trace.',
    effect:
      'The last one is the newest. Readers that take the first hang one hop too high; those that read an array or refuse two begin a new trace (contrib’s instrumentation for kafkajs, dd-trace-go, the APM agents).',
    fix: 'Take the trace headers out of a record before you send it on, and let the sender write them. tracelink reads it right.',
    causes: 'Vert.x 5.0.7 and Quarkus 3.33.2 with the incoming headers handed on, SmallRye’s dead-letter and retry topics',
    docs: 'headers.md#behind-other-software',
    inspect: (record) => repeated(record, (first, last) => isOneTrace(first.span, last.span)),
  },
  {
    of: 'record',
    id: 'context-appended-foreign',
    title: 'A trace header is there more than once, of different traces.',
    effect: 'Some readers continue the first trace, some the last, some begin a third.',
    fix: 'Do not use a header list again for a second send; take the trace headers out of a record before you send it on.',
    causes: 'OpenTelemetry’s instrumentations for Python (aiokafka, confluent-kafka 0.66b1), Quarkus 3.33.2 behind a sender of B3',
    docs: 'does-my-trace-survive.md#what-helps',
    inspect: (record) => repeated(record, (first, last) => !isOneTrace(first.span, last.span)),
  },
  {
    of: 'record',
    id: 'context-stale',
    title: 'Two formats name different spans of one trace: one was written by an earlier hop.',
    effect: 'Readers of the older header skip the hop between: its span is no one’s parent.',
    fix: 'Have that hop write both formats, or read what it writes: extract: ["w3c", "b3"]. tracelink behind tracelink reads it right.',
    causes: 'software that writes W3C and copies all headers: Spring Boot 4.1.2, Quarkus 3.33.2, kotel 1.7.1, otelsarama, FastStream 0.7.8',
    docs: 'headers.md#behind-other-software',
    inspect: (record) => disagreeing(record, false, isOneTrace),
  },
  {
    of: 'record',
    id: 'context-disagrees',
    title: 'Two formats name different traces.',
    effect: 'Which trace goes on depends on what the reader prefers: the flow falls into two traces.',
    fix: 'Have the hop read the format that it gets: OTEL_PROPAGATORS=tracecontext,baggage,b3, or send what it reads: inject: ["w3c", "b3"].',
    causes: 'a hop that does not read B3 and copies it: Camel, Quarkus, Python’s instrumentations; an APM agent beside tracelink',
    docs: 'does-my-trace-survive.md#what-helps',
    inspect: (record) => disagreeing(record, false, (one, other) => !isOneTrace(one, other)),
  },
  {
    of: 'record',
    id: 'two-vendors',
    title: 'Contexts of two tracers in one record name different traces.',
    effect: 'Each back end sees its own half of the way.',
    fix: 'Let one of both write: agentContext: "withhold" or "instead", or take the agent’s plugin for Kafka out.',
    causes: 'Datadog, Sentry or Instana in a process with tracelink or OpenTelemetry',
    docs: 'beside-an-apm-agent.md#on-the-wire',
    inspect: (record) => disagreeing(record, true, (one, other) => !isOneTrace(one, other)),
  },
  {
    of: 'record',
    id: 'trace-broken',
    title: 'The record is of another trace than the one that tracelink wrote last.',
    effect: 'Other software on the way began a new trace. tracelink’s consumers link to the old one; others lose it.',
    fix: 'Have that software read what it gets: see what helps for it.',
    causes:
      'camel-opentelemetry2 4.18.0, ddtrace 4.16.0 with DD_KAFKA_PROPAGATION_ENABLED, OpenTelemetry’s client library in Kafka Streams',
    docs: 'does-my-trace-survive.md#what-helps',
    inspect({ written, contexts }) {
      if (written === undefined || contexts.length === 0 || contexts.some(({ span }) => isOneTrace(span, written))) return undefined;
      return { seen: `${contexts.map(({ format }) => format).join(', ')} of another trace`, value: contexts[0]?.span.traceId };
    },
  },
  {
    of: 'record',
    id: 'context-removed',
    title: 'tracelink’s own headers are there, the context that was written with them is not.',
    effect: 'Software on the way took the context out: the consumer begins a new trace, with a link to the origin.',
    fix: 'Have the hop copy all headers, or none.',
    causes: 'Brave’s KafkaStreamsTracing 6.3.0 strips b3; a filter of header names',
    docs: 'headers.md#behind-other-software',
    inspect({ written, contexts, faults, headers }) {
      const isGone = written !== undefined && contexts.length === 0 && faults.length === 0 && !holdsUnread(headers);
      return isGone ? { seen: 'tracelink-origin without a context' } : undefined;
    },
  },
  {
    of: 'record',
    id: 'sampling-disagrees',
    title: 'Two formats of one span disagree on sampling.',
    effect: 'One half of the fleet records the trace and the other does not.',
    fix: 'Write all formats by one propagator, from one context.',
    docs: 'headers.md#precedence',
    inspect(record) {
      const [w3c, b3] = [lastOf(record, 'w3c'), lastOf(record, 'b3') ?? lastOf(record, 'b3multi')];
      if (w3c === undefined || b3 === undefined || w3c.span.spanId !== b3.span.spanId || b3.sampling === 'defer') return undefined;
      const [one, other] = [w3c, b3].map(({ span }) => (span.traceFlags & 1) === 1);
      return one === other ? undefined : { seen: `traceparent ${one ? 'sampled' : 'not sampled'}, b3 the contrary` };
    },
  },
];

function repeated(record: SeenRecord, isSo: (first: SeenContext, last: SeenContext) => boolean): Observation | undefined {
  for (const format of repeatable) {
    const all = record.contexts.filter((context) => context.format === format);
    const last = all.at(-1);
    const other = last && all.slice(0, -1).find((context) => isSo(context, last));
    if (other !== undefined) return { seen: `${all.length} times ${format === 'w3c' ? 'traceparent' : 'b3'}`, value: other.span.spanId };
  }
  return undefined;
}

/** @param ofVendors whether one of both is a vendor's */
function disagreeing(
  record: SeenRecord,
  ofVendors: boolean,
  isSo: (one: SeenContext['span'], other: SeenContext['span']) => boolean,
): Observation | undefined {
  const formats = new Set(record.contexts.map(({ format }) => format));
  const latest = [...formats].flatMap((format) => lastOf(record, format) ?? []);
  for (const [index, one] of latest.entries())
    for (const other of latest.slice(index + 1)) {
      const hasVendor = vendors.has(one.format) || vendors.has(other.format);
      if (hasVendor !== ofVendors || one.span.spanId === other.span.spanId || !isSo(one.span, other.span)) continue;
      return {
        seen: `${one.format} and ${other.format}`,
        value: `${one.span.traceId}-${one.span.spanId}, ${other.span.traceId}-${other.span.spanId}`,
      };
    }
  return undefined;
}
