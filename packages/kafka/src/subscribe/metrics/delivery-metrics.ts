import type { Counter, Histogram } from '@opentelemetry/api';
import { deferredSum, type Sum } from '../../telemetry/deferred-sum.ts';
import { Metric } from '../../telemetry/metric.ts';
import { perProvider, type ForProvider } from '../../telemetry/instruments.ts';

/** The metrics of a subscription besides those of the conventions. No attribute has an unbounded set of values. */
export interface DeliveryMetrics {
  /** Attempts that ended, by `tracelink.delivery.outcome`. */
  readonly attempts: Sum;
  /** Messages that went to a dead-letter topic. */
  readonly deadLetters: Counter;
  /** Running attempts. */
  readonly inFlight: Sum;
  /** Seconds from a message's timestamp to its first attempt, by the clocks of two machines. */
  readonly queueTime: Histogram;
  /** Seconds from the timestamp of the first message of the trace, or of the message itself, until it was handled. */
  readonly endToEndDuration: Histogram;
  /** Times that the circuit breaker opened. */
  readonly circuitOpens: Counter;
  /** How often the group expelled a member of this process. */
  readonly expulsions: Counter;
  /** Records that the broker removed before they were handled. */
  readonly recordsRemoved: Counter;
  /** Partitions that restarted at the beginning of a topic that was created again. */
  readonly topicsRecreated: Counter;
  /** Seconds that an attempt waited after the one before had failed. */
  readonly retryWait: Histogram;
}

export const deliveryMetrics: ForProvider<DeliveryMetrics> = perProvider((meter) => ({
  attempts: deferredSum(meter, meter.createCounter(Metric.attempts.name, Metric.attempts)),
  deadLetters: meter.createCounter(Metric.deadLetters.name, Metric.deadLetters),
  inFlight: deferredSum(meter, meter.createUpDownCounter(Metric.inFlight.name, Metric.inFlight)),
  queueTime: meter.createHistogram(Metric.queueTime.name, Metric.queueTime),
  endToEndDuration: meter.createHistogram(Metric.endToEndDuration.name, Metric.endToEndDuration),
  circuitOpens: meter.createCounter(Metric.circuitOpens.name, Metric.circuitOpens),
  expulsions: meter.createCounter(Metric.expulsions.name, Metric.expulsions),
  recordsRemoved: meter.createCounter(Metric.recordsRemoved.name, Metric.recordsRemoved),
  topicsRecreated: meter.createCounter(Metric.topicsRecreated.name, Metric.topicsRecreated),
  retryWait: meter.createHistogram(Metric.retryWait.name, Metric.retryWait),
}));
