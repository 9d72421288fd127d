import { id, times, traceparent, withHeaders, type Plant } from './plant.ts';
import type { RawRecord } from '../../recorded/write-records.ts';

const stuck = traceparent();
const forLife = id(32);
const copied: RawRecord = { key: 'order-1', ...withHeaders(['traceparent', traceparent()]) };
const sw8 = `1-${['trace', 'segment'].map((each) => Buffer.from(each).toString('base64')).join('-')}-0-${['s', 'i', 'e', 'a'].map((each) => Buffer.from(each).toString('base64')).join('-')}`;

/** Faults that software makes which does not run here, and faults of programs. */
export const byHand: readonly Plant[] = [
  hand('context-empty', 'a header of an unset variable', withHeaders(['traceparent', ''])),
  hand('context-quoted', 'Spring’s JSON header mapper before 4', withHeaders(['traceparent', `"${traceparent()}"`])),
  hand('context-quoted', 'JSON.stringify', withHeaders(['b3', `"${id(32)}-${id(16)}-1"`])),
  hand('context-serialized', 'String(undefined)', withHeaders(['traceparent', 'undefined'])),
  hand('context-serialized', 'String({})', withHeaders(['b3', '[object Object]'])),
  hand('context-serialized', 'JSON.stringify of a Buffer', withHeaders(['traceparent', JSON.stringify(Buffer.from(traceparent()))])),
  hand('context-serialized', 'AWS Lambda’s bytes joined', withHeaders(['traceparent', String([...Buffer.from(traceparent())])])),
  hand('context-joined', 'NestJS’ deserializer 12.1.1', withHeaders(['traceparent', `${traceparent()},${traceparent()}`])),
  hand('context-padded', 'a value from a file', withHeaders(['traceparent', `${traceparent()}\n`])),
  hand('context-upper-case', 'a formatter in capitals', withHeaders(['traceparent', traceparent().toUpperCase()])),
  hand('context-zero', 'a tracer that is off', withHeaders(['traceparent', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`])),
  hand('context-short', 'a trace id of 64 bits in traceparent', withHeaders(['traceparent', `00-${id(16)}-${id(16)}-01`])),
  hand('context-version', 'a draft of W3C', withHeaders(['traceparent', `ff-${id(32)}-${id(16)}-01`])),
  hand('context-malformed', 'a header made by hand', withHeaders(['traceparent', `trace ${id(32)}`])),
  hand('context-spelling', 'HTTP headers handed on', withHeaders(['Traceparent', traceparent()])),
  hand('context-half', 'a forwarder of chosen headers', withHeaders(['X-B3-TraceId', id(32)])),
  hand('context-half', 'a forwarder of chosen headers', withHeaders(['tracestate', 'es=s:1'])),
  hand('context-removed', 'Brave’s KafkaStreamsTracing 6.3.0', withHeaders(['tracelink-origin', traceparent()])),
  hand(
    'context-removed',
    'a filter of header names that lets SkyWalking’s through',
    withHeaders(['tracelink-origin', traceparent()], ['sw8', sw8]),
  ),
  hand('sampling-disagrees', 'two propagators', disagreement()),
  hand('sampling-undecided', 'a gateway without a sampler', withHeaders(['b3', `${id(32)}-${id(16)}`])),
  hand('sampling-denied-without-ids', 'B3’s denial', withHeaders(['b3', '0'])),
  hand('sampling-denied-without-ids', 'Instana’s suppression', withHeaders(['X_INSTANA_L_S', '0'])),
  hand(
    'one-span-many-records',
    'headers kept in a variable beside other senders',
    ...spread(10, 300_000, (index) => ['traceparent', index % 2 === 0 ? stuck : traceparent()]),
  ),
  hand('one-trace-for-all', 'a span around a service', ...spread(20, 900_000, () => ['traceparent', traceparent({ traceId: forLife })])),
  hand('one-trace-for-all', 'headers kept in a variable by the only sender', ...spread(20, 900_000, () => ['traceparent', stuck])),
  {
    ...hand('context-copied', 'a forwarder of keys, values and headers as they came', copied),
    before: [{ ...copied, timestamp: Date.now() - 5_000 }],
  },
  hand('trace-goes-round', 'topics that feed each other', ofOurs(`hops=100;since=${Date.now() - 1_000}`)),
  hand('baggage-of-sentry', 'Sentry 11.12.0 before a service without it', beside(['baggage', 'tenant=a,sentry-environment=production'])),
  hand('baggage-too-large', 'a value that is a document', beside(['baggage', `doc=${'x'.repeat(9_000)}`])),
  hand('baggage-malformed', 'JSON.stringify', beside(['baggage', '{"tenant":"acme"}'])),
  hand('tracestate-wrong', 'a vendor’s member in capitals', beside(['tracestate', 'Vendor=1'])),
  hand('clock-ahead', 'a clock that is wrong', { ...beside(), timestamp: Date.now() + 3_600_000 }),
  hand('clock-behind-origin', 'Flink 2.2', { ...ofOurs(`hops=2;since=${Date.now()}`), timestamp: Date.now() - 3_600_000 }),
  hand('timestamp-missing', 'a client that hands -1 on', { ...beside(), timestamp: -1 }),
  hand('header-not-text', 'a client that writes bytes', beside(['note', Buffer.from([0xff, 0xfe])])),
  hand('headers-too-many', 'a hop that appends', beside(...Array.from({ length: 1_100 }, (_, index) => [`h${index % 7}`, 'x'] as const))),
  hand('headers-too-large', 'a stack trace for each retry', beside(['stack', 'x'.repeat(70_000)])),
];

function hand(rule: string, by: string, ...records: RawRecord[]): Plant {
  return { rule, made: 'by hand', by, records };
}

/** A good context beside these headers. */
function beside(...headers: RawRecord['headers']): RawRecord {
  return withHeaders(['traceparent', traceparent()], ...headers);
}

function ofOurs(progress: string): RawRecord {
  const context = traceparent();
  return withHeaders(['traceparent', context], ['tracelink-origin', traceparent()], ['tracelink-trace', `${progress};span=${context}`]);
}

function disagreement(): RawRecord {
  const [traceId, spanId] = [id(32), id(16)];
  return withHeaders(['traceparent', traceparent({ traceId, spanId, flags: '01' })], ['b3', `${traceId}-${spanId}-0`]);
}

/** So many records over so many milliseconds up to now. */
function spread(number: number, over: number, header: (index: number) => RawRecord['headers'][number]): RawRecord[] {
  return times(number, (index) => ({ headers: [header(index)], timestamp: Date.now() - over + Math.round((over * index) / number) }));
}
