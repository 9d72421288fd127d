import { metrics, type Meter, type MeterProvider, type Histogram } from '@opentelemetry/api';
import { scope } from '../core/version.ts';
import { deferredSum, type Sum } from './deferred-sum.ts';
import { Metric } from './metric.ts';

/** Returns the instruments of a provider. @default those of the provider that is registered now */
export type ForProvider<T> = (provider?: MeterProvider) => T;

/**
 * Creates instruments once per provider: the given one, or the one that is registered now. The metrics
 * API, unlike the trace API, has no proxy that would follow a provider registered later.
 */
export function perProvider<T extends object>(make: (meter: Meter) => T): ForProvider<T> {
  const made = new WeakMap<MeterProvider, T>();
  return (provider = metrics.getMeterProvider()) => {
    let existing = made.get(provider);
    if (existing === undefined) {
      existing = make(provider.getMeter(scope.name, scope.version));
      made.set(provider, existing);
    }
    return existing;
  };
}

/** The four metrics of the semantic conventions for messaging. */
export interface Instruments {
  /** Seconds of a send or commit; never of processing. */
  readonly operationDuration: Histogram;
  /** Seconds of a handler. */
  readonly processDuration: Histogram;
  /** Messages of attempted sends, failed ones with `error.type`. */
  readonly sentMessages: Sum;
  /** Messages delivered to a handler, once per delivery. */
  readonly consumedMessages: Sum;
}

export const instruments: ForProvider<Instruments> = perProvider((meter) => ({
  operationDuration: meter.createHistogram(Metric.operationDuration.name, Metric.operationDuration),
  processDuration: meter.createHistogram(Metric.processDuration.name, Metric.processDuration),
  sentMessages: deferredSum(meter, meter.createCounter(Metric.sentMessages.name, Metric.sentMessages)),
  consumedMessages: deferredSum(meter, meter.createCounter(Metric.consumedMessages.name, Metric.consumedMessages)),
}));
