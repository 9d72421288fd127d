import { metrics, ValueType, type Counter, type Histogram, type MeterProvider, type UpDownCounter } from '@opentelemetry/api';
import { scope } from '../version.ts';

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];

/** What a subscription measures beside the metrics of the conventions. No attribute has an unbounded set of values. */
export interface DeliveryMetrics {
  /** Attempts that ended, by `tracelink.delivery.outcome`. */
  readonly attempts: Counter;
  /** Messages that went to a dead-letter topic. */
  readonly deadLetters: Counter;
  /** Attempts that are running. */
  readonly inFlight: UpDownCounter;
  /** Seconds from a message's timestamp to its first attempt, by the clocks of two machines. */
  readonly queueTime: Histogram;
  /** Seconds from the timestamp of the first message of the trace, or of the message itself, until it was handled. */
  readonly originToDone: Histogram;
  /** Outages that were found. */
  readonly outages: Counter;
  /** Seconds that an attempt waited after the one before had failed. */
  readonly retryWait: Histogram;
}

const made = new WeakMap<MeterProvider, DeliveryMetrics>();

/** As `instruments`: those of `provider`, or of the provider that is registered now. */
export function deliveryMetrics(provider: MeterProvider = metrics.getMeterProvider()): DeliveryMetrics {
  let existing = made.get(provider);
  if (existing === undefined) {
    existing = make(provider);
    made.set(provider, existing);
  }
  return existing;
}

function make(provider: MeterProvider): DeliveryMetrics {
  const meter = provider.getMeter(scope.name, scope.version);
  const seconds = { unit: 's', advice: { explicitBucketBoundaries: secondsBuckets } };
  return {
    attempts: meter.createCounter('tracelink.delivery.attempts', {
      unit: '{attempt}',
      valueType: ValueType.INT,
      description: 'Attempts at handling messages that ended.',
    }),
    deadLetters: meter.createCounter('tracelink.delivery.dead_letters', {
      unit: '{message}',
      valueType: ValueType.INT,
      description: 'Messages that were written to a dead-letter topic.',
    }),
    inFlight: meter.createUpDownCounter('tracelink.delivery.in_flight', {
      unit: '{attempt}',
      valueType: ValueType.INT,
      description: 'Attempts at handling messages that are running.',
    }),
    queueTime: meter.createHistogram('tracelink.delivery.queue_time', {
      ...seconds,
      description: 'Time from the timestamp of a message to its first attempt.',
    }),
    originToDone: meter.createHistogram('tracelink.delivery.origin_to_done', {
      ...seconds,
      description: 'Time from the first message of a trace until a message of it was handled.',
    }),
    outages: meter.createCounter('tracelink.delivery.outages', {
      unit: '{outage}',
      valueType: ValueType.INT,
      description: 'Outages of what handlers need that were found.',
    }),
    retryWait: meter.createHistogram('tracelink.delivery.retry_wait', {
      ...seconds,
      description: 'Time that an attempt waited after the one before had failed.',
    }),
  };
}
