import type { FaultKind } from '../records/fault.ts';
import { companions, traceHeaders } from '../records/trace-header.ts';
import type { SeenRecord } from '../records/seen-record.ts';
import type { Observation, RecordRule } from './rule.ts';

const newTrace = 'Readers find no context and begin a new trace.';

/** Trace headers that are there and that no reader, or not every reader, takes. */
export const unreadable: readonly RecordRule[] = [
  ofFault('null', {
    id: 'context-null',
    title: 'A trace header has no value (null).',
    fix: 'Leave the header out where there is no context to write.',
    causes: 'Java’s client, Platformatic’s serializers 2.12.1 for a value that is no string',
    docs: 'headers-in-the-wild.md#clients',
  }),
  ofFault('empty', {
    id: 'context-empty',
    title: 'A trace header is empty.',
    fix: 'Leave the header out where there is no context to write.',
    docs: 'headers.md#precedence',
  }),
  ofFault('quoted', {
    id: 'context-quoted',
    title: 'A trace header stands in quotes.',
    fix: 'Let the header mapper write strings as they are: Spring for Apache Kafka 4, or setMapAllStringsOut(true) before it.',
    causes:
      'Spring’s JSON header mapper: before 4 for every text, in 4.1 for a text that is no String, as a StringBuilder; JSON.stringify of a header',
    docs: 'headers-in-the-wild.md#frameworks-and-converters',
  }),
  ofFault('base64', {
    id: 'context-base64',
    title: 'A trace header was written as Base64 text.',
    fix: 'Set header.converter=org.apache.kafka.connect.converters.ByteArrayConverter on the worker or the connector.',
    causes: 'Kafka Connect 4.3.1 with MirrorSourceConnector and the default header converter',
    docs: 'does-my-trace-survive.md#what-helps',
  }),
  ofFault('serialized', {
    id: 'context-serialized',
    title: 'A trace header is the text of an object, of bytes or of undefined.',
    fix: 'Write the header as a string or as bytes, and leave it out where it is undefined: String(value) and JSON.stringify spoil both.',
    causes: 'String() or JSON.stringify on headers; headers of AWS Lambda written on as they came',
    docs: 'headers-in-the-wild.md#frameworks-and-converters',
  }),
  ofFault('joined', {
    id: 'context-joined',
    title: 'Repeats of a trace header were joined by a comma.',
    fix: 'Forward the headers of the consumer, before a framework turns an array into text, or drop trace headers and let the sender write them.',
    causes: 'NestJS’ Kafka deserializer 12.1.1, String() of an array',
    docs: 'headers-in-the-wild.md#frameworks-and-converters',
  }),
  ofFault('padded', {
    id: 'context-padded',
    title: 'A trace header has white space or control characters around it.',
    fix: 'Trim the value where it is written; a line break comes from a file or a shell.',
    docs: 'headers.md#precedence',
  }),
  ofFault('upper case', {
    id: 'context-upper-case',
    title: 'The ids of a trace header are in upper case.',
    fix: 'Write ids in lower case, as W3C and B3 ask.',
    docs: 'headers.md#precedence',
  }),
  ofFault('zero', {
    id: 'context-zero',
    title: 'A trace header has an id of zeros.',
    fix: 'Write no header where there is no span: this is the context of a tracer that is off.',
    causes: 'a propagator called with the invalid context of a no-op tracer, suppressTracing',
    docs: 'headers.md#precedence',
  }),
  ofFault('number', {
    id: 'context-number',
    title: 'An id was taken for a number and changed.',
    fix: 'Write b3 or traceparent in place of X-B3-*: inject: ["b3"]; or give the connector a ByteArrayConverter for headers.',
    causes: 'Kafka Connect’s SimpleHeaderConverter 4.3.1, 4.4.0',
    docs: 'headers.md#mixed-fleets',
  }),
  ofFault('short', {
    id: 'context-short',
    title: 'An id of a trace header is too short.',
    fix: 'Pad trace ids to 32 and span ids to 16 digits with zeros on the left.',
    docs: 'headers.md#formats',
  }),
  ofFault('version', {
    id: 'context-version',
    title: 'A traceparent is of a version that does not exist.',
    fix: 'Write version 00: exactly 55 characters.',
    docs: 'headers.md#formats',
  }),
  ofFault('malformed', {
    id: 'context-malformed',
    title: 'A trace header cannot be read.',
    fix: 'Write it with a propagator instead of by hand.',
    docs: 'headers.md#formats',
  }),
  {
    of: 'record',
    id: 'context-spelling',
    title: 'A trace header is spelled in a case that readers miss.',
    effect: 'Kafka’s headers tell cases apart: readers in most languages look for the exact name and begin a new trace.',
    fix: 'Write the name in lower case (X-B3-* as the specification spells it), and drop trace headers of an incoming request before a send.',
    causes: 'HTTP headers handed on; all APM agents leave a Traceparent beside their own',
    docs: 'headers.md#precedence',
    inspect: misspelled,
  },
  {
    of: 'record',
    id: 'context-half',
    title: 'Half of a context is missing.',
    effect: 'X-B3-TraceId without X-B3-SpanId, or tracestate without traceparent, says nothing: readers begin a new trace.',
    fix: 'Forward all headers of a format or none.',
    docs: 'headers.md#formats',
    inspect({ headers }) {
      const [traceId, spanId] = [headers.has('x-b3-traceid'), headers.has('x-b3-spanid')];
      if (traceId !== spanId) return { seen: `X-B3-${traceId ? 'TraceId without X-B3-SpanId' : 'SpanId without X-B3-TraceId'}` };
      return headers.has('tracestate') && !headers.has('traceparent') ? { seen: 'tracestate without traceparent' } : undefined;
    },
  },
];

function ofFault(kind: FaultKind, about: Pick<RecordRule, 'id' | 'title' | 'fix' | 'docs'> & { readonly causes?: string }): RecordRule {
  return {
    of: 'record',
    effect: newTrace,
    ...about,
    inspect({ faults }) {
      const fault = faults.find((each) => each.kind === kind);
      return fault && { seen: `${fault.header}: ${kind}`, value: fault.text };
    },
  };
}

function misspelled({ headers }: SeenRecord): Observation | undefined {
  const known = [...traceHeaders.values(), ...companions.map((name) => ({ name, spellings: [name] }))];
  for (const { name, spellings } of known) {
    // X-B3-* in lower case is how Go and Python spell it.
    const wrong = headers.spellings(name).find((header) => !spellings.includes(header.name));
    if (wrong === undefined) continue;
    const isBeside = headers.spellings(name).length > 1;
    return { seen: `${wrong.name}${isBeside ? `, beside ${name}` : `, not ${spellings.join(' or ')}`}` };
  }
  return undefined;
}
