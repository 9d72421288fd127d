import { metrics, type Meter, type MeterProvider } from '@opentelemetry/api';
import { scope } from '../core/version.ts';

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
