import type { SeenRecord } from '../records/seen-record.ts';
import type { Observation, RecordRule } from './rule.ts';

const docs = 'headers.md#limits';

/** What travels beside a context: baggage, trace state, ids of vendors. */
export const companions: readonly RecordRule[] = [
  {
    of: 'record',
    id: 'baggage-of-sentry',
    title: 'Sentry’s members are in baggage.',
    effect: 'Sentry’s SDK replaces the application’s baggage with its own, and other services take sentry-* for values of the application.',
    fix: 'Leave sentry-* out of what goes on; tracelink does. Where baggage is needed, take Sentry’s Kafka instrumentation out.',
    causes: 'Sentry 11.12.0',
    docs: 'beside-an-apm-agent.md#on-the-wire',
    inspect(record) {
      // Beside Sentry’s own header, and no other, it is where Sentry wants it.
      const isAtHome = record.headers.has('sentry-trace') && record.contexts.every(({ format }) => format === 'sentry');
      return isAtHome ? undefined : member(record, /(?:^|,)\s*sentry-/);
    },
  },
  {
    of: 'record',
    id: 'baggage-of-camel',
    title: 'Camel’s scope is in baggage.',
    effect: 'camelScope=true took the place of the application’s baggage.',
    fix: 'Have the route keep the header under another name; no setting was found.',
    causes: 'camel-opentelemetry2 4.18.0',
    docs: 'does-my-trace-survive.md#what-helps',
    inspect: (record) => member(record, /(?:^|,)\s*camelScope=/),
  },
  {
    of: 'record',
    id: 'baggage-of-faststream',
    title: 'FastStream’s mark of a batch is in baggage.',
    effect: 'with_batch=True goes on with every later hop, and makes the next subscriber of FastStream begin a new trace.',
    fix: 'Name the baggage keys that may pass: kafkaPropagation({ baggage: ["tenant"] }).',
    causes: 'FastStream 0.7.8, publish_batch',
    docs: 'headers.md#formats',
    inspect: (record) => member(record, /(?:^|,)\s*with_batch=True/),
  },
  {
    of: 'record',
    id: 'baggage-too-large',
    title: 'Baggage exceeds W3C’s limits.',
    effect: 'Beyond 64 members or 8,192 characters each reader cuts as it likes, and each hop carries the weight.',
    fix: 'Name the baggage keys that may pass, and keep values short.',
    docs,
    inspect({ headers }) {
      const text = baggageOf(headers);
      const members = text.split(',').length;
      return text.length > 8_192 || members > 64 ? { seen: `${members} members, ${text.length} characters` } : undefined;
    },
  },
  {
    of: 'record',
    id: 'baggage-malformed',
    title: 'Baggage cannot be read.',
    effect: 'Readers drop it whole, or the members that are wrong.',
    fix: 'Write key=value with commas between them, percent-encoded: by a propagator, not by JSON.stringify.',
    docs: 'headers.md#formats',
    inspect({ headers }) {
      const text = baggageOf(headers);
      const wrong = text.split(',').find((each) => each.trim() !== '' && !/^\s*[^\s=,;"{}[\]]+\s*=/.test(each));
      return wrong === undefined ? undefined : { seen: 'no key=value', value: wrong.slice(0, 128) };
    },
  },
  {
    of: 'record',
    id: 'tracestate-wrong',
    title: 'tracestate cannot be handed on whole.',
    effect: 'Beyond 32 members or 512 characters, or with a malformed member, readers drop it: vendors lose their own state.',
    fix: 'Let each hop write it by a propagator, which keeps the limits.',
    docs,
    inspect({ headers }) {
      const text = headers.values('tracestate').map(String).join(',');
      const members = text.split(',').filter((each) => each.trim() !== '');
      const wrong = members.find((each) => !/^\s*[a-z\d][a-z\d_\-*/@]{0,255}=[ -+\--<>-~]{0,256}\s*$/.test(each));
      if (wrong !== undefined) return { seen: 'a malformed member', value: wrong.slice(0, 128) };
      return members.length > 32 || text.length > 512 ? { seen: `${members.length} members, ${text.length} characters` } : undefined;
    },
  },
  {
    of: 'record',
    id: 'datadog-half-id',
    title: 'Datadog’s headers have the lower half of the trace id only.',
    effect: 'Behind a reader of W3C it is another trace: 16 digits of 32 are missing.',
    fix: 'Keep x-datadog-tags with _dd.p.tid when headers are forwarded, or have Datadog write W3C: DD_TRACE_PROPAGATION_STYLE=datadog,tracecontext.',
    causes: 'tracers of Datadog with 128-bit ids off, forwarders that drop x-datadog-tags',
    docs: 'beside-an-apm-agent.md#two-services-one-topic',
    inspect: ({ headers }) =>
      headers.has('x-datadog-trace-id') && !headers.has('traceparent') && !(headers.text('x-datadog-tags') ?? '').includes('_dd.p.tid=')
        ? { seen: 'x-datadog-trace-id without _dd.p.tid' }
        : undefined,
  },
];

/** All of it: repeats are one list. */
function baggageOf(headers: SeenRecord['headers']): string {
  const values = headers.values('baggage').filter((value) => value !== null);
  return Buffer.concat(values.flatMap((value, index) => (index === 0 ? [value] : [Buffer.from(','), value]))).toString();
}

function member({ headers }: SeenRecord, sign: RegExp): Observation | undefined {
  const found = headers.values('baggage').find((value) => value !== null && sign.test(value.subarray(0, 8_192).toString()));
  return found === undefined || found === null ? undefined : { seen: 'in baggage', value: found.subarray(0, 128).toString() };
}
