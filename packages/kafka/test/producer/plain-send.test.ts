import { context as contextApi, createNoopMeter, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import fc from 'fast-check';
import type { RecordLike, RecordMetadataLike } from '../../src/client/kafka-client.ts';
import { PlainSends } from '../../src/producer/plain-send.ts';
import { tracedSend } from '../../src/producer/traced-send.ts';
import { ClientIdentity } from '../../src/telemetry/client-identity.ts';
import { KafkaTracing } from '../../src/telemetry/client-telemetry.ts';
import type { ProducerOptions, SpanHook } from '../../src/telemetry/options.ts';
import { a } from '../support/telemetry/creation-contexts.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

type Ending = { readonly answer: unknown } | { readonly error: unknown } | { readonly thrown: unknown };
type Client = (record: RecordLike) => Promise<readonly RecordMetadataLike[]>;
type Path = (tracing: KafkaTracing<ProducerOptions>, record: RecordLike, client: Client) => unknown;

const plain: Path = (tracing, record, client) => new PlainSends(tracing, client).send(record);
const general: Path = (tracing, record, client) =>
  tracedSend(tracing, { entries: [record], record, send: ([rewritten]) => client((rewritten ?? record) as RecordLike) });

const headers = fc.constantFrom<unknown>(
  undefined,
  null,
  {},
  { 'content-type': 'application/json', gone: undefined },
  [{ a: '1' }],
  { baggage: 'of=caller' },
  { 'tracelink-origin': 'stale' },
  { tracestate: 'stale' },
  { traceparent: 'broken' },
);
const message = fc.record(
  {
    value: fc.constantFrom<unknown>('v', null, Buffer.from('v'), ''),
    key: fc.constantFrom<unknown>('key', '', null, undefined, Buffer.from('key'), Buffer.from([0xff])),
    headers,
    partition: fc.constantFrom<unknown>(undefined, 0, 1, -1, '1'),
    timestamp: fc.constantFrom('1763935200000'),
  },
  { requiredKeys: ['value'], noNullPrototype: true },
);
const record = fc
  .record({
    topic: fc.constantFrom('orders', 'templated', 'linked'),
    message,
    acks: fc.constantFrom(undefined, -1, 0, 1),
    frozen: fc.boolean(),
  })
  .map(({ topic, message: one, acks, frozen }) => {
    const messages = [frozen ? Object.freeze(one) : one];
    return Object.freeze(acks === undefined ? { topic, messages } : { topic, messages, acks }) as unknown as RecordLike;
  });
const metadata = fc.record(
  {
    topicName: fc.constantFrom<unknown>('orders', 'orders', 'templated', 'linked', 'other'),
    partition: fc.constantFrom<unknown>(0, 0, 1, undefined, null),
    errorCode: fc.constantFrom<unknown>(0, 0, 3),
    baseOffset: fc.constantFrom<unknown>('7', '-1', undefined, 'x'),
    offset: fc.constantFrom<unknown>('8', undefined),
  },
  { requiredKeys: ['topicName', 'partition'] },
);
const error = new Error('no broker');
const ending: fc.Arbitrary<Ending> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.oneof({ weight: 9, arbitrary: metadata }, fc.constant(null)), { maxLength: 2 }).map((answer) => ({ answer })),
  },
  fc.constantFrom<Ending>({ answer: undefined }, { answer: 'odd' }, { error }, { error: 'text' }, { thrown: error }),
);
const noting: SpanHook = (span, { topic, messages, error: failed }) => void span.addEvent(`${topic} ${messages.length} ${String(failed)}`);
const options: fc.Arbitrary<ProducerOptions> = fc.record(
  {
    relation: fc.constantFrom('parent' as const, 'link' as const),
    semconv: fc.constantFrom('1.45' as const, '1.44' as const, 'dup' as const),
    messageKey: fc.constantFrom(
      true,
      false,
      () => 'redacted',
      () => {
        throw new Error('redactor');
      },
    ),
    clientId: fc.constantFrom('client'),
    clusterId: fc.constantFrom('cluster'),
    existingContext: fc.constantFrom('keep' as const, 'replace' as const),
    onSend: fc.constantFrom(noting, () => {
      throw new Error('hook');
    }),
    // Without a meter, as with one that records.
    meterProvider: fc.constant({ getMeter: createNoopMeter }),
    topics: fc.constant({ templated: { destinationTemplate: 'a template' }, linked: { relation: 'link' as const } }),
  },
  { requiredKeys: [] },
);
const active = fc.constantFrom(
  ROOT_CONTEXT,
  trace.setSpanContext(ROOT_CONTEXT, { traceId: a.traceId, spanId: a.spanId, traceFlags: 1 }),
  trace.setSpanContext(ROOT_CONTEXT, { traceId: a.traceId, spanId: a.spanId, traceFlags: 0 }),
  suppressTracing(ROOT_CONTEXT),
);

describe('a plain send', () => {
  const { spans, metrics } = useTracing();

  /** All that one path does; what is sent has names in place of the ids of its span. */
  async function done(path: Path, of: ProducerOptions, given: RecordLike, how: Ending, within: typeof ROOT_CONTEXT): Promise<unknown> {
    const sent: unknown[] = [];
    let during: SpanContext | undefined;
    const client: Client = (rewritten) => {
      sent.push(rewritten);
      during = trace.getActiveSpan()?.spanContext();
      if ('thrown' in how) throw how.thrown;
      return ('error' in how ? Promise.reject(how.error as Error) : Promise.resolve(how.answer)) as ReturnType<Client>;
    };
    const tracing = new KafkaTracing(of, new ClientIdentity({}, of));
    let ended: unknown;
    try {
      const returned = contextApi.with(within, () => path(tracing, given, client));
      ended = [await (returned as Promise<unknown>)];
    } catch (caught) {
      ended = { caught };
    }
    const made = spans.takeAll();
    const ids = { traceId: 'no trace', spanId: 'no span', ...(during as SpanContext | undefined) };
    return {
      ended,
      sent: JSON.stringify([sent, during]).replaceAll(ids.traceId, 'trace').replaceAll(ids.spanId, 'span'),
      spans: made.map(({ name, kind, attributes, links, status, events, parentSpanContext }) => [
        [name, kind, attributes, links, status, parentSpanContext?.spanId],
        events.map((event) => [event.name, event.attributes]),
      ]),
    };
  }

  /** How many measurements each metric has, and the sums, by attributes. */
  async function counted(): Promise<ReadonlyMap<string, number>> {
    return new Map(
      Array.from(await metrics()).flatMap(([name, { dataPoints }]) =>
        dataPoints.map(({ attributes, value }) => [
          `${name} ${JSON.stringify(attributes)}`,
          typeof value === 'number' ? value : (value as Histogram).count,
        ]),
      ),
    );
  }

  it('does what the general path does: its span, headers, metrics, result', async () => {
    let before = await counted();
    const added = async (): Promise<unknown> => {
      const now = await counted();
      const changes = Array.from(now, ([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
      before = now;
      return changes.filter(([, change]) => change !== 0).toSorted(([one], [other]) => one.localeCompare(other));
    };
    await fc.assert(
      fc.asyncProperty(options, record, ending, active, async (of, given, how, within) => {
        // What an example before this one left, in which an expectation failed.
        await added();
        const fast = [await done(plain, of, given, how, within), await added()];
        expect(fast).to.deep.equal([await done(general, of, given, how, within), await added()]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is none of several messages, of objects with a prototype, or with a context of its own', () => {
    const tracing = (of: ProducerOptions = {}) => new KafkaTracing(of, new ClientIdentity({}, of));
    const never: Client = () => {
      throw new Error('sent');
    };
    const one = { value: 'v' };
    class Given {
      readonly value = 'v';
    }
    for (const given of [
      undefined,
      { topic: 'orders', messages: [] },
      { topic: 'orders', messages: [one, one] },
      { topic: 'orders', messages: [new Given()] },
      { topic: 'orders', messages: [{}] },
      { topic: 'orders', messages: [null] },
      { topic: 7, messages: [one] },
      { topic: 'orders', messages: [{ value: 'v', headers: { traceparent: a.traceparent } }] },
    ])
      expect(plain(tracing(), given as unknown as RecordLike, never), JSON.stringify(given)).to.equal(undefined);
    const given: RecordLike = { topic: 'orders', messages: [one] };
    expect(plain(tracing({ createSpans: true }), given, never)).to.equal(undefined);
    expect(plain(tracing({ relation: () => 'link' }), given, never)).to.equal(undefined);
  });
});
