import { metrics, ValueType, type Counter, type MeterProvider } from '@opentelemetry/api';
import { scope } from '../version.ts';

const made = new WeakMap<MeterProvider, Counter>();

/** Counts messages that were done before; of `provider`, or of the provider that is registered now. */
export function repeatedMessages(provider: MeterProvider = metrics.getMeterProvider()): Counter {
  let counter = made.get(provider);
  if (counter === undefined) {
    counter = provider.getMeter(scope.name, scope.version).createCounter('tracelink.delivery.repeated', {
      unit: '{message}',
      valueType: ValueType.INT,
      description: 'Messages that were delivered although they were done, and not handled again.',
    });
    made.set(provider, counter);
  }
  return counter;
}
