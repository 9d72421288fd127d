import { metrics, type Meter, type MeterProvider, type Histogram } from '@opentelemetry/api';
import { scope } from '../core/version.ts';
import { deferredSum, type Sum } from './deferred-sum.ts';
import { Metric } from './metric.ts';

/** Gives the instruments of a provider. @default of the one that is registered now */
export type ForProvider<T> = (provider?: MeterProvider) => T;

/**
 * Instruments that are made once for each provider: of the one that is given, or of the one that is registered now. The metrics
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
  /** Seconds that a send or commit took; never processing. */
  readonly operationDuration: Histogram;
  /** Seconds that a handler took. */
  readonly processDuration: Histogram;
  /** Messages that a send was tried for, failed ones with `error.type`. */
  readonly sentMessages: Sum;
  /** Messages handed to a handler, once a delivery. */
  readonly consumedMessages: Sum;
}

export const instruments: ForProvider<Instruments> = perProvider((meter) => ({
  operationDuration: meter.createHistogram(Metric.operationDuration.name, Metric.operationDuration),
  processDuration: meter.createHistogram(Metric.processDuration.name, Metric.processDuration),
  sentMessages: deferredSum(meter, meter.createCounter(Metric.sentMessages.name, Metric.sentMessages)),
  consumedMessages: deferredSum(meter, meter.createCounter(Metric.consumedMessages.name, Metric.consumedMessages)),
}));
