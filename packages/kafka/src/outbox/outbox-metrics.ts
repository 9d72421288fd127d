import { metrics, type Histogram, type MeterProvider } from '@opentelemetry/api';
import { scope } from '../version.ts';

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];
const made = new WeakMap<MeterProvider, Histogram>();

/** Seconds from `add` to the broker's answer; of `provider`, or of the provider that is registered now. */
export function outboxWait(provider: MeterProvider = metrics.getMeterProvider()): Histogram {
  let histogram = made.get(provider);
  if (histogram === undefined) {
    histogram = provider.getMeter(scope.name, scope.version).createHistogram('tracelink.outbox.wait', {
      unit: 's',
      advice: { explicitBucketBoundaries: secondsBuckets },
      description: 'Time that a message was in the outbox, until the broker had it.',
    });
    made.set(provider, histogram);
  }
  return histogram;
}
