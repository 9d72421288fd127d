import type { Attributes } from '@opentelemetry/api';
import { Attempts } from './attempts.ts';
import { ClientIdentity } from '../telemetry/client-identity.ts';
import { contained } from '../core/guard.ts';
import type { PausableLike } from '../client/kafka-client.ts';
import type { ConsumerOptions } from '../telemetry/options.ts';
import { Attr, Operation, spanName } from '../telemetry/semconv.ts';
import { KafkaTracing } from '../telemetry/client-telemetry.ts';

/** What all process spans of one partition begin with. */
interface ProcessStart {
  readonly topic: string;
  readonly partition: number;
  readonly identity: Attributes;
  readonly name: string;
  /** What the conventions name for samplers. Shared by all spans: no one may write to it. */
  readonly attributes: Attributes;
  readonly clientId: Attributes[string];
}

/** What all deliveries of one wrapped consumer share. */
export class ConsumerTracing extends KafkaTracing<ConsumerOptions> {
  readonly #client: PausableLike;
  /** Of the partition that was asked for last: messages come in batches of one. */
  #processStart: ProcessStart | undefined;
  /** Attempts at messages that were handled one by one. */
  readonly messageAttempts: Attempts = new Attempts();
  /** Attempts at batches, each by its first message. */
  readonly batchAttempts: Attempts = new Attempts();

  constructor(client: PausableLike, options: ConsumerOptions) {
    super(options, new ClientIdentity(client, options));
    this.#client = client;
  }

  /** Made once while the partition and what is known of the client stay the same. */
  processStart(topic: string, partition: number): ProcessStart {
    const last = this.#processStart;
    const identity = this.identity.attributes;
    if (last?.topic === topic && last.partition === partition && last.identity === identity) return last;
    const name = spanName(Operation.process, this.destination(topic));
    const { [Attr.CLIENT_ID]: clientId, ...attributes } = this.startAttributes(Operation.process, topic);
    attributes[Attr.PARTITION_ID] = String(partition);
    this.#processStart = { topic, partition, identity, name, attributes: Object.freeze(attributes), clientId };
    return this.#processStart;
  }

  /** Whether the application has paused a partition, by whichever of the client's ways. */
  isPaused(topic: string, partition: number): boolean {
    const paused = contained('asking for paused partitions', () => this.#client.paused?.() ?? [], this) ?? [];
    return paused.some((entry) => entry.topic === topic && (entry.partitions?.includes(partition) ?? true));
  }
}
