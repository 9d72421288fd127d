import { metrics, propagation as api } from '@opentelemetry/api';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { kafkaPropagation } from '../../src/index.ts';
import { spanA, spanB, traceA, traceB } from '../trace-context.ts';

describe('counters of propagation', () => {
  const propagation = kafkaPropagation({ extract: ['w3c', 'b3'] });
  const conflict = { traceparent: `00-${traceA}-${spanA}-01`, b3: `${traceB}-${spanB}-1` };
  let provider: MeterProvider;
  let exporter: InMemoryMetricExporter;

  beforeEach(() => {
    exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })] });
  });
  afterEach(async () => {
    metrics.disable();
    await provider.shutdown();
  });

  async function points(): Promise<Record<string, unknown>> {
    await provider.forceFlush();
    const found = exporter.getMetrics().at(-1)?.scopeMetrics[0]?.metrics ?? [];
    return Object.fromEntries(
      found.map(({ descriptor, dataPoints }) => [
        `${descriptor.name} ${descriptor.unit} ${descriptor.valueType}`,
        dataPoints.map(({ attributes, value }) => [attributes, value]).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      ]),
    );
  }

  it('count conflicts and malformed headers as integers, by known name only, for a provider registered after first use (4.6, 10.1)', async () => {
    propagation.extract(conflict, 't');
    metrics.setGlobalMeterProvider(provider);
    propagation.extract(conflict, 't');
    propagation.extract({ B3: ['broken', null], TraceParent: Buffer.from([0xff]), 'x-anything': 'else', tracestate: null }, 't');
    propagation.extract({ b3: 'broken' }, 't');
    expect(await points()).to.deep.equal({
      'tracelink.propagation.conflicts {conflict} 0': [[{}, 1]],
      'tracelink.propagation.malformed {header} 0': [
        [{ 'tracelink.header': 'b3' }, 2],
        [{ 'tracelink.header': 'traceparent' }, 1],
      ],
    });
  });

  it('count nothing for a name with one valid value, nor when a producer only asks', async () => {
    metrics.setGlobalMeterProvider(provider);
    propagation.extract({ b3: [conflict.b3, 'broken'] }, 't');
    propagation.creationContext({ b3: 'broken' });
    expect(await points()).to.deep.equal({});
  });

  it('count no B3 denial without ids, which the global propagator is not shown (2.10)', async () => {
    metrics.setGlobalMeterProvider(provider);
    api.setGlobalPropagator(new B3Propagator());
    try {
      expect(kafkaPropagation().extract({ b3: '0' }, 't').sampling).to.equal('deny');
    } finally {
      api.disable();
    }
    expect(await points()).to.deep.equal({});
  });

  it('count malformed and conflicting headers once, when they are read', async () => {
    metrics.setGlobalMeterProvider(provider);
    const extraction = propagation.extract({ b3: conflict.b3, 'tracelink-origin': 'broken', 'tracelink-trace': 'broken' }, 't');
    expect(await points()).to.deep.equal({});
    for (let times = 0; times < 2; times++) {
      expect(extraction.origin).to.equal(extraction.creationContext);
      expect(extraction).to.include({ hops: 1, since: undefined });
    }
    expect(await points()).to.deep.equal({
      'tracelink.propagation.malformed {header} 0': [
        [{ 'tracelink.header': 'tracelink-origin' }, 1],
        [{ 'tracelink.header': 'tracelink-trace' }, 1],
      ],
    });
  });

  it('count a list as malformed when none of its repeats can be read', async () => {
    metrics.setGlobalMeterProvider(provider);
    const { b3 } = conflict;
    const unreadable = Buffer.from([0xff]);
    const members = (baggage: unknown) => api.getBaggage(propagation.extract({ b3, baggage }, 't').asParent())?.getAllEntries();
    expect(members(['tenant=acme', unreadable, null])).to.have.length(1);
    expect(members([`tenant=${'a'.repeat(8_180)}`, 'tenant=acme'])).to.have.length(1);
    expect(await points()).to.deep.equal({});
    expect(members([unreadable, null])).to.equal(undefined);
    expect(await points()).to.deep.equal({ 'tracelink.propagation.malformed {header} 0': [[{ 'tracelink.header': 'baggage' }, 1]] });
  });

  it('stop no message when the meter provider throws', () => {
    const hostile = new MeterProvider();
    hostile.getMeter = () => {
      throw new Error('no');
    };
    metrics.setGlobalMeterProvider(hostile);
    expect(propagation.extract({ ...conflict, 'tracelink-origin': 'broken' }, 't').creationContext?.traceId).to.equal(traceA);
    expect(propagation.extract({ traceparent: 'broken', b3: conflict.b3 }, 't').creationContext?.traceId).to.equal(traceB);
  });
});
