import type { Attributes, Context } from '@opentelemetry/api';
import type { ConsumerTracing } from '../../consumer/consumer-telemetry.ts';
import { contained } from '../../core/guard.ts';
import { recordTimestamp } from '../../client/received-record.ts';
import { Operation } from '../../telemetry/semconv.ts';
import type { Delivery } from '../partitions/delivery.ts';
import { deliveryMetrics, type DeliveryMetrics } from './delivery-metrics.ts';

/** Records what happens to one message. A meter that throws is contained. */
export class DeliveryRecorder {
  readonly #tracing: ConsumerTracing;
  readonly #topic: string;

  private constructor(tracing: ConsumerTracing, topic: string) {
    this.#tracing = tracing;
    this.#topic = topic;
  }

  /** `undefined` without a meter: then a message costs one question, not one for each metric. */
  static of(tracing: ConsumerTracing, topic: string): DeliveryRecorder | undefined {
    return tracing.isMeasured ? new DeliveryRecorder(tracing, topic) : undefined;
  }

  /**
   * An attempt has begun.
   *
   * @param delay milliseconds that the message waited in its place
   * @param context of the attempt's span: where exemplars find it, as they do for all times here
   */
  begun({ attempts, timestamp, delayedAt }: Delivery, delay: number | undefined, context: Context): void {
    if (attempts === 1) this.since('queueTime', timestamp, context);
    if (delayedAt !== undefined) this.since('retryWait', delayedAt, context);
    if (delay !== undefined) this.#record((metrics, attributes) => metrics.retryWait.record(delay / 1_000, attributes, context));
    this.inFlight(1);
  }

  /** @param time milliseconds since the epoch */
  since(what: 'queueTime' | 'retryWait' | 'endToEndDuration', time: number, context: Context): void {
    const since = recordTimestamp(time);
    // Two clocks: the producer's may be ahead.
    const seconds = since === undefined ? -1 : (Date.now() - since) / 1_000;
    if (seconds >= 0) this.#record((metrics, attributes) => metrics[what].record(seconds, attributes, context));
  }

  /** @param change 1 when an attempt begins, -1 when it has ended */
  inFlight(change: 1 | -1): void {
    this.#record((metrics, attributes) => metrics.inFlight.add(change, attributes));
  }

  /** @param kind how the attempt was settled */
  ended(kind: string): void {
    this.#record((metrics, attributes) => {
      metrics.attempts.add(1, { ...attributes, 'tracelink.delivery.outcome': kind });
      if (kind === 'dead_lettered') metrics.deadLetters.add(1, attributes);
    });
  }

  #record(record: (metrics: DeliveryMetrics, attributes: Readonly<Attributes>) => void): void {
    const tracing = this.#tracing;
    contained(
      'recording metrics',
      () => record(deliveryMetrics(tracing.options.meterProvider), tracing.metricAttributes(Operation.process, this.#topic)),
      tracing,
    );
  }
}
