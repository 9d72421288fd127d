import type { Attributes } from '@opentelemetry/api';
import { AggregationTemporality, AggregationType, MeterProvider, MetricReader, type SumMetricData } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import fc from 'fast-check';
import { deferredSum, type Sum } from '../../src/telemetry/deferred-sum.ts';

class Reader extends MetricReader {
  constructor(temporality: AggregationTemporality) {
    super({ aggregationTemporalitySelector: () => temporality });
  }
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** A counter and an up-down counter of a separate provider, both with the SDK's own `add` and deferred. */
function sums(temporality: AggregationTemporality): {
  readonly direct: Sum[];
  readonly deferred: Sum[];
  /** The exported points of the direct and of the deferred ones, in no particular order. */
  readonly collect: () => Promise<readonly [readonly unknown[], readonly unknown[]]>;
} {
  const reader = new Reader(temporality);
  // A view that merges several series, as applications use it against cardinality.
  const views = [
    { instrumentName: '*.filtered', attributesProcessors: [{ process: ({ topic }: Attributes) => ({ topic }) }] },
    { instrumentName: 'never', aggregation: { type: AggregationType.DROP } as const },
  ];
  const meter = new MeterProvider({ readers: [reader], views: views as never }).getMeter('test');
  const made = (prefix: string): Sum[] => [
    meter.createCounter(`${prefix}.counter`),
    meter.createUpDownCounter(`${prefix}.up-down`),
    meter.createCounter(`${prefix}.filtered`),
  ];
  return {
    direct: made('direct'),
    deferred: made('deferred').map((sum) => deferredSum(meter, sum)),
    async collect() {
      const { resourceMetrics, errors } = await reader.collect();
      expect(errors).to.deep.equal([]);
      const of = (prefix: string): readonly unknown[] =>
        resourceMetrics.scopeMetrics
          .flatMap(({ metrics }) => metrics)
          .filter(({ descriptor }) => descriptor.name.startsWith(prefix))
          .map((metric) => ({
            name: metric.descriptor.name.slice(prefix.length),
            temporality: metric.aggregationTemporality,
            isMonotonic: (metric as SumMetricData).isMonotonic,
            points: metric.dataPoints
              .map(({ attributes, value }) => JSON.stringify([attributes.topic, attributes.outcome, value]))
              .toSorted(),
          }));
      return [of('direct'), of('deferred')];
    },
  };
}

describe('a sum that is applied when metrics are collected', () => {
  const attributes: readonly Attributes[] = [
    {},
    { topic: 'a' },
    { topic: 'a', outcome: 'x' },
    { outcome: 'x', topic: 'a' },
    { topic: 'b' },
  ];
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ sum: fc.nat(2), value: fc.integer({ min: -3, max: 3 }), at: fc.nat(4), isCopy: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant('collect' as const) },
  );

  for (const temporality of [AggregationTemporality.CUMULATIVE, AggregationTemporality.DELTA])
    it(`exports what the SDK's own add exports, also through a view, ${AggregationTemporality[temporality].toLowerCase()}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const { direct, deferred, collect } = sums(temporality);
          const check = async (): Promise<void> => {
            const [expected, actual] = await collect();
            expect(actual).to.deep.equal(expected);
          };
          for (const each of steps) {
            if (each === 'collect') await check();
            else {
              const value = each.sum === 1 ? each.value : Math.abs(each.value);
              const known = attributes[each.at] as Attributes;
              direct[each.sum]?.add(value, known);
              deferred[each.sum]?.add(value, each.isCopy ? { ...known } : known);
            }
          }
          await check();
        }),
        { numRuns: 100 },
      );
    });

  it('exports everything when there are more attribute sets than it keeps', async () => {
    const { deferred, collect } = sums(AggregationTemporality.CUMULATIVE);
    for (let topic = 0; topic < 1_500; topic++) deferred[0]?.add(1, { topic: String(topic) });
    const [, [counter]] = (await collect()) as readonly [unknown, readonly [{ points: unknown[] }]];
    expect(counter.points).to.have.length(1_500);
  });
});
