import type { Attributes, Context, Histogram } from '@opentelemetry/api';
import type { ConsumerTracing } from '../../consumer/consumer-telemetry.ts';
import { fault } from '../../core/guard.ts';
import { recordTimestamp } from '../../client/record.ts';
import { Attr, Operation, topicAndGroup } from '../../telemetry/semconv.ts';
import type { Delivery } from '../partitions/delivery.ts';
import { deliveryMetrics, type DeliveryMetrics } from './delivery-metrics.ts';

/** For each consumer the recorder that was asked for last: its messages come in batches of one topic. */
const lastOf = new WeakMap<ConsumerTracing, DeliveryRecorder>();

/** Records the metrics of a topic's messages. A meter that throws is guarded. */
export class DeliveryRecorder {
  readonly #tracing: ConsumerTracing;
  readonly #metrics: DeliveryMetrics;
  readonly #attributes: Readonly<Attributes>;
  /** Of times and rare events. */
  readonly #ofTopic: Readonly<Attributes>;
  /** The attributes for each outcome: the same objects each time, as sums are kept by object. */
  readonly #byOutcome = new Map<string, Readonly<Attributes>>();

  private constructor(tracing: ConsumerTracing, metrics: DeliveryMetrics, attributes: Readonly<Attributes>) {
    this.#tracing = tracing;
    this.#metrics = metrics;
    this.#attributes = attributes;
    this.#ofTopic = topicAndGroup(attributes);
  }

  /** `undefined` without a meter: then a message costs one check, not one for each metric. */
  static of(tracing: ConsumerTracing, topic: string): DeliveryRecorder | undefined {
    if (!tracing.isMeasured) return undefined;
    try {
      return DeliveryRecorder.#current(tracing, topic);
    } catch (error) {
      fault('recording metrics', error, tracing);
      return undefined;
    }
  }

  static #current(tracing: ConsumerTracing, topic: string): DeliveryRecorder {
    const metrics = deliveryMetrics(tracing.options.meterProvider);
    const attributes = tracing.metricAttributes(Operation.process, topic);
    const last = lastOf.get(tracing);
    if (last !== undefined && last.#metrics === metrics && last.#attributes === attributes) return last;
    const recorder = new DeliveryRecorder(tracing, metrics, attributes);
    lastOf.set(tracing, recorder);
    return recorder;
  }

  /**
   * An attempt has started.
   *
   * @param delay milliseconds that the message waited in place
   * @param context of the attempt's span: exemplars find it there, for all times
   */
  begun({ attempts, timestamp, delayedAt }: Delivery, delay: number | undefined, context: Context): void {
    const { queueTime, retryWait, inFlight } = this.#metrics;
    try {
      inFlight.add(1, this.#attributes);
      if (attempts === 1) recordSince(queueTime, timestamp, this.#ofTopic, context);
      if (delayedAt !== undefined) recordSince(retryWait, delayedAt, this.#ofTopic, context);
      if (delay !== undefined) retryWait.record(delay / 1_000, this.#ofTopic, context);
    } catch (error) {
      fault('recording metrics', error, this.#tracing);
    }
  }

  /** The handler of an attempt has ended. */
  ran(): void {
    try {
      this.#metrics.inFlight.add(-1, this.#attributes);
    } catch (error) {
      fault('recording metrics', error, this.#tracing);
    }
  }

  /**
   * The outcome of an attempt is decided.
   *
   * @param since milliseconds since the epoch: of the first message of the trace, or of the message itself
   */
  settled(outcome: string, since: number, context: Context): void {
    try {
      this.#metrics.attempts.add(1, this.#withOutcome(outcome));
    } catch (error) {
      fault('recording metrics', error, this.#tracing);
    }
    if (outcome === 'handled') this.handled(since, context);
  }

  /** A message was handled, in its attempt or by a handler that was abandoned before. The parameters are those of {@link settled}. */
  handled(since: number, context: Context): void {
    try {
      recordSince(this.#metrics.endToEndDuration, since, this.#ofTopic, context);
    } catch (error) {
      fault('recording metrics', error, this.#tracing);
    }
  }

  /** A broker has a message's dead-letter record, which may be written long after the attempt. */
  deadLettered(): void {
    try {
      this.#metrics.deadLetters.add(1, this.#ofTopic);
    } catch (error) {
      fault('recording metrics', error, this.#tracing);
    }
  }

  #withOutcome(outcome: string): Readonly<Attributes> {
    let attributes = this.#byOutcome.get(outcome);
    if (attributes === undefined) this.#byOutcome.set(outcome, (attributes = { ...this.#attributes, [Attr.DELIVERY_OUTCOME]: outcome }));
    return attributes;
  }
}

/** @param time milliseconds since the epoch */
function recordSince(histogram: Histogram, time: number, attributes: Readonly<Attributes>, context: Context): void {
  const since = recordTimestamp(time);
  // Two clocks: the producer's may be ahead.
  const seconds = since === undefined ? -1 : (Date.now() - since) / 1_000;
  if (seconds >= 0) histogram.record(seconds, attributes, context);
}
