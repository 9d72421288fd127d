import type { TopicPartition, TopicPartitionOffset } from '../client/record.ts';
import type { ConsumerTracing } from '../consumer/consumer-telemetry.ts';
import { guard, guardCallback } from '../core/guard.ts';
import { Operation, topicAndGroup } from '../telemetry/semconv.ts';
import type { InFlightMessage } from './attempt/attempt.ts';
import { EventHub } from './failure/delivery-events.ts';
import { deliveryMetrics, type DeliveryMetrics } from './metrics/delivery-metrics.ts';
import type { BlockedPartition } from './partitions/partition-controller.ts';
import type { SubscribeOptions } from './subscribe-options.ts';

/** Tells what happens to a subscription: its log, its listeners, its counters. What these throw is contained. */
export class Announcements {
  readonly events: EventHub = new EventHub();
  readonly #tracing: ConsumerTracing;
  readonly #log: SubscribeOptions['log'];

  constructor(tracing: ConsumerTracing, log: SubscribeOptions['log']) {
    this.#tracing = tracing;
    this.#log = log;
  }

  say(level: 'info' | 'warn', fields: object, message: string): void {
    guardCallback('the log option', () => this.#log?.[level](fields, message), this);
  }

  /** Records with the attributes of a topic, or of the group alone. */
  measure(
    topic: string | undefined,
    record: (metrics: DeliveryMetrics, attributes: Readonly<Record<string, unknown>> & object) => void,
  ): void {
    const attributes = topicAndGroup(this.#tracing.metricAttributes(Operation.process, topic));
    guard('recording metrics', () => record(deliveryMetrics(this.#tracing.options.meterProvider), attributes), this.#tracing);
  }

  /**
   * Counters of rare events are 0 from the assignment on: the increase of one that begins with its first event is not seen. It is asked again
   * at each assignment, as a meter provider may have been registered since.
   */
  countFromZero(topics: Iterable<string>): void {
    for (const topic of new Set(topics))
      this.measure(topic, ({ deadLetters, recordsRemoved, topicsRecreated }, attributes) => {
        for (const counter of [deadLetters, recordsRemoved, topicsRecreated]) counter.add(0, attributes);
      });
    this.measure(undefined, ({ circuitOpens, expulsions }, attributes) => {
      for (const counter of [circuitOpens, expulsions]) counter.add(0, attributes);
    });
  }

  blocked(partition: BlockedPartition): void {
    this.events.emit('blocked', partition);
    this.say('warn', partition, 'Partition blocked');
  }

  recreated(place: TopicPartitionOffset): void {
    this.events.emit('topic-recreated', place);
    this.measure(place.topic, ({ topicsRecreated }, attributes) => topicsRecreated.add(1, attributes));
    this.say('warn', place, 'The topic was created again: reading the partition from its beginning');
  }

  removed(range: TopicPartition & { readonly from: string; readonly to: string; readonly count: number }): void {
    this.events.emit('records-removed', range);
    this.measure(range.topic, ({ recordsRemoved }, attributes) => recordsRemoved.add(range.count, attributes));
    this.say('warn', range, 'The broker removed records before they were handled');
  }

  expelled(inFlight: readonly InFlightMessage[]): void {
    this.measure(undefined, ({ expulsions }, attributes) => expulsions.add(1, attributes));
    this.say('warn', { inFlight }, 'Expelled from the group: a handler, or the whole process, stood still for longer than the session');
  }
}
