import type { Attributes } from '@opentelemetry/api';
import { withKnownNames } from '../telemetry/attribute-cache.ts';
import { Attempts } from './attempts.ts';
import { ClientIdentity } from '../telemetry/client-identity.ts';
import { guard } from '../core/guard.ts';
import type { ProcessMessage } from '../channels/channels.ts';
import type { MessageLike, PausableLike } from '../client/kafka-client.ts';
import type { TopicPartition } from '../client/record.ts';
import type { ConsumerOptions } from '../telemetry/options.ts';
import { Attr, Operation, spanName } from '../telemetry/semconv.ts';
import { KafkaTracing } from '../telemetry/client-telemetry.ts';

/** The attributes that all process spans of one partition share. */
interface ProcessStart {
  readonly topic: string;
  readonly partition: number;
  readonly identity: Attributes;
  readonly name: string;
  /** The attributes that the conventions name for samplers. All spans share them: no code may write to them. */
  readonly attributes: Attributes;
  readonly clientId: Attributes[string];
}

/** The state that all deliveries of one wrapped consumer share. */
export class ConsumerTracing extends KafkaTracing<ConsumerOptions> {
  readonly #client: PausableLike;
  /** Whether the client commits what is resolved when that is due; by the config that the consumer runs with. */
  commitsDue = true;
  /** The partition that was asked for last: messages arrive in batches of one partition. */
  #processStart: ProcessStart | undefined;
  /** Attempts at messages of `eachMessage`. */
  readonly messageAttempts: Attempts = new Attempts();
  /** Attempts at batches, each identified by its first message. */
  readonly batchAttempts: Attempts = new Attempts();

  constructor(client: PausableLike, options: ConsumerOptions) {
    super(options, new ClientIdentity(client, options));
    this.#client = client;
  }

  /** Built once while the partition and the client's identity stay the same. */
  processStart(topic: string, partition: number): ProcessStart {
    const last = this.#processStart;
    const identity = this.identity.attributes;
    if (last?.topic === topic && last.partition === partition && last.identity === identity) return last;
    const name = spanName(Operation.process, this.destination(topic));
    const attributes: Attributes = { ...this.sharedStartAttributes(Operation.process, topic), [Attr.PARTITION_ID]: String(partition) };
    const { clientId } = this;
    this.#processStart = { topic, partition, identity, name, attributes: withKnownNames(Object.freeze(attributes)), clientId };
    return this.#processStart;
  }

  /** What the channel of handlers tells of one run. */
  processMessage({ topic, partition }: TopicPartition, messages: readonly MessageLike[]): ProcessMessage {
    return { groupId: this.identity.groupId, topic, partition, messages };
  }

  /** Whether the application has paused a partition, through any method of the client. */
  isPaused(topic: string, partition: number): boolean {
    const paused = guard('asking for paused partitions', () => this.#client.paused?.() ?? [], this) ?? [];
    return paused.some((entry) => entry.topic === topic && (entry.partitions?.includes(partition) ?? true));
  }
}
