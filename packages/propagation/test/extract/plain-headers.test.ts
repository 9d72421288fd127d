import { metrics, propagation as api, type TextMapPropagator, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  creationContextGenerally,
  creationContextOf,
  extractGenerally,
  extractHeaders,
  type ExtractSettings,
} from '../../src/extract/extract-headers.ts';
import type { Extraction } from '../../src/extract/extraction.ts';
import { readPlainHeaders } from '../../src/extract/plain-headers.ts';
import { formats } from '../../src/formats/formats.ts';
import { hasDebugFlag } from '../../src/formats/header-format.ts';
import { damaged, remote, spanA, spanB, traceA, traceB } from '../trace-context.ts';

const { b3, b3multi, w3c, jaeger, cloudevents } = formats;
const trusting = (...of: NonNullable<ExtractSettings['formats']>[number][]): ExtractSettings => ({
  formats: of.length === 0 ? undefined : of,
  baggageKeys: undefined,
  trust: () => 'trusted',
});

// Few ids, so that contexts meet and differ.
const traceId = fc.constantFrom(traceA, traceA, traceB, '0'.repeat(32), traceA.toUpperCase());
const spanId = fc.constantFrom(spanA, spanA, spanB, '0'.repeat(16));
const flags = fc.constantFrom('01', '00', '03', 'ff', '1', 'zz');
const traceparent = fc
  .tuple(fc.constantFrom('00', '00', '00', '01', 'ff'), traceId, spanId, flags)
  .map((parts) => parts.join('-'))
  .chain((text) => fc.oneof({ weight: 6, arbitrary: fc.constant(text) }, damaged(fc.constant(text))));
const b3Single = fc
  .tuple(traceId, spanId, fc.constantFrom('-1', '-0', '-d', '-1', '', '-x', `-1-${spanB}`))
  .map(([trace, span, state]) => `${trace}-${span}${state}`)
  .chain((text) => fc.oneof({ weight: 6, arbitrary: fc.constant(text) }, fc.constantFrom('0', 'd', ''), damaged(fc.constant(text))));
const progress = fc.tuple(fc.constantFrom(1, 2, 10_000, 0), fc.oneof(traceparent, fc.constant(undefined))).map(([hops, span]) => {
  return `hops=${hops};since=1700000000000${span === undefined ? '' : `;span=${span}`}`;
});
const texts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  b3: b3Single,
  traceparent: traceparent,
  B3: b3Single,
  Traceparent: traceparent,
  tracestate: fc.constantFrom('a=1', 'broken'),
  'x-b3-traceid': traceId,
  'x-b3-spanid': spanId,
  baggage: fc.constantFrom('tenant=a', '='),
  'uber-trace-id': fc.constant(`${traceB}:${spanB}:0:1`),
  'uberctx-key': fc.constant('value'),
  ce_traceparent: traceparent,
  'tracelink-origin': traceparent,
  'tracelink-trace': progress,
  'tracelink-relation': fc.constantFrom('link', 'parent', 'other'),
  'content-type': fc.constant('application/json'),
  key: fc.constant('of the application'),
};
const values = (text: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: text.map((value) => Buffer.from(value)) },
    text.map((value) => new TextEncoder().encode(value)),
    text,
    fc.array(
      text.map((value) => Buffer.from(value)),
      { maxLength: 2 },
    ),
    fc.constantFrom(null, undefined, Buffer.from([0xc3, 0x28]), 7),
  );
const header = (name: string): fc.Arbitrary<readonly [string, unknown]> => values(texts[name] ?? fc.string()).map((value) => [name, value]);
const anything = fc
  .array(fc.constantFrom(...Object.keys(texts)).chain(header), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));
/** One context in bytes, and what our producers write beside it. */
const usual = fc
  .tuple(
    fc.constantFrom('b3', 'traceparent'),
    fc.subarray(['tracelink-origin', 'tracelink-trace', 'tracelink-relation', 'content-type']),
    fc.record(texts),
  )
  .map(([hop, others, text]) => Object.fromEntries([hop, ...others].map((name) => [name, Buffer.from(text[name] ?? '')])));
/** Names that lists may have: in bytes, in text, with a letter whose lower case is ASCII, in bytes that are no text, or none. */
const listedName = (name: string): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 60, arbitrary: fc.constant(Buffer.from(name)) },
    fc.constantFrom(new TextEncoder().encode(name), name, Buffer.from(name.replace('k', '\u212a')), Buffer.from(`${name}\u00e9`)),
    fc.constantFrom(Buffer.from([0xc3, 0x28]), Buffer.alloc(0), Buffer.alloc(1_025, 'uberctx-'), null, undefined),
  );
const listed = (record: Record<string, unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(...Object.entries(record).map(([name, value]) => listedName(name).map((bytes): unknown => [bytes, value])));
const oddItem: fc.Arbitrary<unknown> = fc.constantFrom(undefined, 'text', [], { key: 'b3', value: 'x' }, { b3: 'x' }, Buffer.from('b3'));
/** One header of those that are written in bytes, so that it is said twice, or in two formats. */
const another = fc
  .constantFrom('b3', 'traceparent', 'b3', 'traceparent', 'tracelink-origin', 'tracelink-trace', 'tracelink-relation')
  .chain((name) => (texts[name] as fc.Arbitrary<string>).map((text) => ({ [name]: Buffer.from(text) })));
/** The same in lists, in which names repeat and items are none. */
const lists = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: usual }, anything).chain(listed),
    fc.oneof({ weight: 2, arbitrary: another.chain(listed) }, { weight: 2, arbitrary: fc.constant([]) }, anything.chain(listed)),
    fc.oneof({ weight: 20, arbitrary: fc.constant([]) }, fc.tuple(oddItem)),
  )
  .map((parts): unknown => parts.flat());
const headers: fc.Arbitrary<unknown> = fc.oneof(usual, anything, lists, lists);

const members = ['origin', 'brokenFrom', 'relation', 'hops', 'since', 'baggage', 'attributes'] as const;
const order = fc.shuffledSubarray([...members, 'asParent', 'asRoot', 'asParent'], { minLength: 0 });

/** All that an extraction says, asked in the same order. */
function told(extraction: Extraction, asked: readonly string[]): unknown {
  const { creationContext, conflicts, sampling, debug, trust } = extraction;
  const said: unknown[] = [contextOf(creationContext), conflicts.map(contextOf), sampling, debug, trust];
  for (const member of asked) {
    if (member === 'asParent' || member === 'asRoot') {
      const context = extraction[member]();
      const parent = trace.getSpanContext(context);
      // A denial without ids has a parent of its own each time.
      const isInvented = creationContext === undefined;
      said.push([isInvented ? parent?.traceFlags : contextOf(parent), hasDebugFlag(context), api.getBaggage(context)?.getAllEntries()]);
    } else {
      const value = extraction[member as (typeof members)[number]];
      said.push([member, member === 'origin' || member === 'brokenFrom' ? contextOf(value as never) : value]);
    }
  }
  return said;
}

function contextOf(context: Extraction['creationContext']): unknown {
  return context && { ...context, traceState: context.traceState?.serialize() };
}

const readers: readonly (readonly [string, ExtractSettings, readonly TextMapPropagator[]])[] = [
  ['b3', trusting(b3), []],
  ['w3c, b3multi', trusting(w3c, b3multi), []],
  ['jaeger, b3, w3c, cloudevents', trusting(jaeger, b3, w3c, cloudevents), []],
  ['the global B3 propagator', trusting(), [new B3Propagator()]],
  [
    'the global B3 propagator that writes several headers',
    trusting(),
    [new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER })],
  ],
  ['the global propagators of W3C', trusting(), [new W3CTraceContextPropagator(), new W3CBaggagePropagator()]],
  ['all global propagators', trusting(), [new B3Propagator(), new W3CTraceContextPropagator(), new W3CBaggagePropagator()]],
  ['no global propagator', trusting(), []],
];

describe('plain headers', () => {
  let provider: MeterProvider;
  let exporter: InMemoryMetricExporter;

  beforeEach(() => {
    exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })] });
    metrics.setGlobalMeterProvider(provider);
  });
  afterEach(async () => {
    api.disable();
    metrics.disable();
    await provider.shutdown();
  });

  async function counted(): Promise<unknown> {
    exporter.reset();
    await provider.forceFlush();
    const found = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics: all }) => all));
    return found.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ attributes, value }) => [attributes, value])]);
  }

  for (const [reader, settings, propagators] of readers) {
    it(`say what the general path reads in them, and count what it counts, with ${reader}`, async () => {
      if (propagators.length === 1) api.setGlobalPropagator(propagators[0] as TextMapPropagator);
      else if (propagators.length > 1) api.setGlobalPropagator(new CompositePropagator({ propagators: [...propagators] }));
      await fc.assert(
        fc.asyncProperty(headers, order, async (received, asked) => {
          // What is said once for all, and what an example left in which an expectation failed.
          extractGenerally(received, 'trusted', settings);
          await counted();
          const fast = told(extractHeaders(received, 't', settings), asked);
          const fastCounts = await counted();
          expect(fast).to.deep.equal(told(extractGenerally(received, 'trusted', settings), asked));
          expect(fastCounts).to.deep.equal(await counted());
          const general = creationContextGenerally(received, settings);
          expect(contextOf(creationContextOf(received, settings))).to.deep.equal(contextOf(general));
        }),
        { numRuns: 400 },
      );
    });
  }

  const bytes = (text: string): Buffer => Buffer.from(text);
  const usualHeaders = {
    'content-type': bytes('application/json'),
    b3: bytes(`${traceA}-${spanA}-1`),
    'tracelink-origin': bytes(`00-${traceA}-${spanA}-01`),
  };

  it('are those that our producers write and kafkajs delivers', () => {
    expect(readPlainHeaders(usualHeaders, [b3])?.creationContext).to.deep.equal(remote(traceA, spanA));
    expect(readPlainHeaders({ traceparent: bytes(`00-${traceB}-${spanB}-03`) }, [w3c])?.creationContext).to.deep.equal(
      remote(traceB, spanB, 3),
    );
  });

  it('are none in which anything could disagree with their context', () => {
    for (const [name, value] of [
      ['traceparent', bytes(`00-${traceB}-${spanB}-01`)],
      ['B3', bytes(`${traceB}-${spanB}-1`)],
      ['x-b3-sampled', bytes('0')],
      ['baggage', bytes('a=b')],
      ['uberctx-a', bytes('b')],
      ['b3', [bytes(`${traceB}-${spanB}-1`), usualHeaders.b3]],
      ['tracelink-origin', `00-${traceA}-${spanA}-01`],
    ] as const)
      expect(readPlainHeaders({ ...usualHeaders, [name]: value }, [b3]), name).to.equal(undefined);
    expect(readPlainHeaders(new Map(Object.entries(usualHeaders)), [b3])).to.equal(undefined);
    expect(readPlainHeaders(usualHeaders, undefined)).to.equal(undefined);
  });

  it('are those that @platformatic/kafka delivers, a list of entries in bytes', () => {
    const entries = Object.entries(usualHeaders).map(([name, value]) => [bytes(name), value]);
    expect(readPlainHeaders(entries, [b3])?.creationContext).to.deep.equal(remote(traceA, spanA));
    expect(readPlainHeaders(entries, [w3c])).to.equal(undefined);
    for (const more of ['b3', 'B3', 'tracelink-origin', 'traceparent', 'uberctx-a', '\u212aey'])
      expect(readPlainHeaders([...entries, [bytes(more), bytes('x')]], [b3]), more).to.equal(undefined);
    for (const own of ['tracelink-origin', 'tracelink-trace', 'tracelink-relation']) {
      const twice = [bytes(own), bytes('x')];
      expect(readPlainHeaders([...entries.slice(0, 2), twice], [b3]), own).not.to.equal(undefined);
      expect(readPlainHeaders([...entries.slice(0, 2), twice, twice], [b3]), `${own}, twice`).to.equal(undefined);
    }
    for (const odd of [['tenant', bytes('a')], [undefined], { tenant: bytes('a') }])
      expect(readPlainHeaders([...entries, odd], [b3]), JSON.stringify(odd)).to.equal(undefined);
    const many = Array.from({ length: 30 }, () => [bytes('tenant'), bytes('a')]);
    expect(readPlainHeaders([...entries, ...many], [b3])).to.equal(undefined);
  });

  it('are none where something is inherited', () => {
    let read: unknown;
    Object.defineProperty(Object.prototype, 'b3', { value: usualHeaders.b3, enumerable: true, configurable: true });
    try {
      read = readPlainHeaders({ 'content-type': usualHeaders['content-type'] }, [b3]);
    } finally {
      delete (Object.prototype as { b3?: unknown }).b3;
    }
    expect(read).to.equal(undefined);
  });

  it('keep what they said of the trace origin when a handler writes into them', () => {
    const received = { ...usualHeaders, 'tracelink-origin': bytes(`00-${traceB}-${spanB}-01`) };
    const extraction = extractHeaders(received, 't', trusting(b3));
    extraction.asParent();
    received['tracelink-origin'].fill('x');
    expect(extraction.origin).to.deep.equal(remote(traceB, spanB));
  });
});
