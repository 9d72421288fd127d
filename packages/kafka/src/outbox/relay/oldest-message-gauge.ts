import { ClientIdentity } from '../../telemetry/client-identity.ts';
import { KafkaTracing } from '../../telemetry/client-telemetry.ts';
import { ObservedGauges, type Observation } from '../../core/observed-gauges.ts';
import { Metric } from '../../telemetry/metric.ts';
import type { ProducerOptions } from '../../telemetry/options.ts';
import { Attr, Operation } from '../../telemetry/semconv.ts';
import type { OutboxSettings } from '../table/outbox-options.ts';
import type { TopicRelay } from './topic-relay.ts';

/**
 * The age of the oldest message of each topic that the relay has read and no broker has acknowledged. `tracelink.outbox.wait` is known only
 * of messages that left: this one grows while nothing does. A collection asks neither the database nor a broker.
 */
export class OldestMessageGauge {
  readonly #tracing: KafkaTracing<ProducerOptions>;
  readonly #table: string;
  readonly #topics: ReadonlyMap<string, Pick<TopicRelay, 'oldest'>>;
  readonly #gauges: ObservedGauges<'outboxOldest'>;

  /** @param topics the relays of the current term, by topic; none on standby, where the other relay knows */
  constructor({ tracing, table }: OutboxSettings, topics: ReadonlyMap<string, Pick<TopicRelay, 'oldest'>>) {
    this.#tracing = new KafkaTracing<ProducerOptions>(tracing, new ClientIdentity({}, tracing));
    this.#table = table;
    this.#topics = topics;
    this.#gauges = new ObservedGauges(this.#tracing, { outboxOldest: Metric.outboxOldest }, () => this.#ages());
  }

  /** Reports to the meter provider that is registered now, and to no other. */
  follow(): void {
    this.#gauges.follow();
  }

  /** The relay has drained: what it leaves is the next one's. */
  stop(): void {
    this.#gauges.stop();
  }

  *#ages(): Generator<readonly [string, Observation<'outboxOldest'>]> {
    const now = performance.now();
    for (const [topic, { oldest }] of this.#topics) {
      // Of two topics with one template, and of two tables with one topic, the later value would overwrite the other.
      const attributes = {
        ...this.#tracing.metricAttributes(Operation.send, topic),
        [Attr.DESTINATION_NAME]: topic,
        [Attr.COLLECTION_NAME]: this.#table,
      };
      yield [topic, { metric: 'outboxOldest', value: oldest === Infinity ? 0 : Math.max(0, now - oldest) / 1_000, attributes }];
    }
  }
}
