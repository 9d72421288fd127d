import { metrics, ValueType, type Counter, type Histogram, type MeterProvider } from '@opentelemetry/api';
import { scope } from './version.ts';

const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The four metrics of the semantic conventions for messaging, with their units and buckets. */
export interface Instruments {
  /** Seconds that a send or commit took; never processing. */
  readonly operationDuration: Histogram;
  /** Seconds that a handler took. */
  readonly processDuration: Histogram;
  /** Messages that a send was tried for, failed ones with `error.type`. */
  readonly sentMessages: Counter;
  /** Messages handed to a handler, once a delivery. */
  readonly consumedMessages: Counter;
}

const made = new WeakMap<MeterProvider, Instruments>();

/**
 * The instruments of `provider`, or of the provider that is registered now: the metrics API, unlike the trace API, has no
 * proxy that would follow a provider registered later.
 */
export function instruments(provider: MeterProvider = metrics.getMeterProvider()): Instruments {
  let existing = made.get(provider);
  if (existing === undefined) {
    existing = make(provider);
    made.set(provider, existing);
  }
  return existing;
}

function make(provider: MeterProvider): Instruments {
  const meter = provider.getMeter(scope.name, scope.version);
  const seconds = { unit: 's', advice: { explicitBucketBoundaries: durationBuckets } };
  const messages = { unit: '{message}', valueType: ValueType.INT };
  return {
    operationDuration: meter.createHistogram('messaging.client.operation.duration', {
      ...seconds,
      description: 'Duration of messaging operation initiated by a producer or consumer client.',
    }),
    processDuration: meter.createHistogram('messaging.process.duration', { ...seconds, description: 'Duration of processing operation.' }),
    sentMessages: meter.createCounter('messaging.client.sent.messages', {
      ...messages,
      description: 'Number of messages producer attempted to send to the broker.',
    }),
    consumedMessages: meter.createCounter('messaging.client.consumed.messages', {
      ...messages,
      description: 'Number of messages that were delivered to the application.',
    }),
  };
}
