import type { AdminPort, PartitionDescription } from '../../client/port/admin.ts';
import type { EngineClients, OutgoingRecord, ProducerPort, TransactionalProducerPort } from '../../client/port/engine-clients.ts';
import { channels } from '../../channels/channels.ts';
import { publishing } from '../../channels/publish.ts';
import { keyPartitioner, type Partitioner } from '../../client/port/key-partitioner.ts';
import type { RecordMetadataLike } from '../../client/kafka-client.ts';
import { KafkaTracingError } from '../../core/kafka-tracing-error.ts';
import { isThenable } from '../../core/outcome.ts';
import { AcknowledgedSender } from '../../sender/acknowledged-sender.ts';
import { FencedChannel } from './fenced-channel.ts';
import type { OutboxSettings, RelaySettings } from '../table/outbox-options.ts';
import { type HeldLease, type OutboxRow, pages } from '../table/outbox-table.ts';
import { PlainChannel, traced, type SendChannel, type TracedProducer } from './send-channel.ts';
import { traceFailed, traceSent, type Relayed } from './trace-relayed.ts';

/** What the senders of all topics share. */
export interface SenderParts {
  readonly clients: EngineClients;
  /** The clients, connected by the owner, as several share them. */
  readonly admin: () => Promise<AdminPort>;
  readonly settings: RelaySettings;
  readonly box: OutboxSettings;
  /** The lease as the relay holds it while it sends. */
  readonly lease: HeldLease;
  /** Whether the relay has held the lease without interruption since then, according to the database. */
  readonly confirmLease: () => Promise<boolean>;
}

// It gets past a leader that has moved. Later retries are ours, which block nothing else meanwhile.
const retries = 1;

/**
 * Sends the messages of one topic, each request to one partition. kafkajs requests the metadata of all topics of a producer together and
 * fails for all when one has no leader or is gone, so topics share no producer. kafkajs also loses, without an error, the part of a
 * request whose leader went away, so no request goes to several leaders. Partitions share no transaction: the brokers cannot end
 * one while a single partition of it accepts no writes, and everything in it would wait for that partition.
 */
export class TopicSender {
  readonly #topic: string;
  readonly #parts: SenderParts;
  readonly #sender: AcknowledgedSender;
  readonly #partitioner: ReturnType<Partitioner>;
  readonly #channels = new Map<number, SendChannel>();
  #partitions: readonly PartitionDescription[] = [];

  constructor(topic: string, parts: SenderParts) {
    this.#topic = topic;
    this.#parts = parts;
    this.#partitioner = (parts.settings.createPartitioner ?? keyPartitioner)();
    const send: SendChannel['send'] = (record) => this.#channel(record.messages[0]?.partition ?? 0).send(record);
    this.#sender = new AcknowledgedSender(
      publishing(channels.send, (record) => ({ topicMessages: [record] }), send),
      parts.admin,
    );
  }

  /**
   * Checks that the topic exists, and which partitions it has now.
   *
   * @throws {KafkaTracingError} `topic_missing`; what the client throws when the broker does not answer
   */
  async findPartitions(): Promise<void> {
    this.#partitions = await this.#sender.partitions(this.#topic);
  }

  /** The partition of a message. @throws {KafkaTracingError} `invalid_message`: there is no such partition; what a partitioner throws */
  partitionOf(row: OutboxRow): number {
    const known = [...this.#partitions];
    const partition: unknown =
      row.partition ?? this.#partitioner({ topic: this.#topic, partitionMetadata: known, message: messageOf(row) });
    const found = known.find(({ partitionId }) => partitionId === partition);
    if (found !== undefined) return found.partitionId;
    // A partitioner that returns a promise is an error, but its rejection must not end the process.
    if (isThenable(partition)) partition.then(undefined, () => {});
    // The partition may have been added since.
    this.#sender.forgetPartitions(this.#topic);
    throw new KafkaTracingError(
      'invalid_message',
      `The topic "${this.#topic}" has ${known.length} partitions, none is ${String(partition)}.`,
    );
  }

  /**
   * Sends messages in order, in as many requests as they need. Resolves when all in-sync replicas have all of them.
   *
   * @throws {KafkaTracingError} `fenced`: another relay sends; `unacknowledged`; what the client throws, after which the broker may have
   *   some of them
   */
  async send(partition: number, rows: readonly OutboxRow[]): Promise<void> {
    const channel = this.#channel(partition);
    const { tracing } = channel;
    const relayed = (sent: readonly OutboxRow[], started: number): Relayed => {
      const duration = performance.now() - started;
      return { topic: this.#topic, partition, rows: sent, started: Date.now() - duration, duration };
    };
    const begun = performance.now();
    const answers: { readonly request: Relayed; readonly answer: RecordMetadataLike }[] = [];
    try {
      await channel.transact(async () => {
        for (const part of pages(rows, this.#parts.settings.batch, ({ size }) => size)) {
          const started = performance.now();
          const answer = await this.#sender.send(this.#topic, partition, part.map(messageOf));
          answers.push({ request: relayed(part, started), answer });
        }
      });
    } catch (error) {
      traceFailed(tracing, relayed(rows, begun), error);
      throw error;
    }
    for (const { request, answer } of answers) traceSent(tracing, request, answer);
  }

  async disconnect(): Promise<void> {
    await Promise.all([...this.#channels.values()].map((channel) => channel.close()));
  }

  #channel(partition: number): SendChannel {
    const isFenced = this.#parts.settings.ordering === 'strict';
    // Without fencing one producer serves all of them.
    const name = isFenced ? partition : 0;
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const { confirmLease } = this.#parts;
    const channel = isFenced
      ? new FencedChannel(() => this.#fencedProducer(partition), confirmLease)
      : new PlainChannel(this.#plainProducer());
    this.#channels.set(name, channel);
    return channel;
  }

  #plainProducer(): TracedProducer<ProducerPort> {
    const { clients, settings, box } = this.#parts;
    return traced(clients.orderedProducer(settings.producer, retries), box.tracing);
  }

  #fencedProducer(partition: number): TracedProducer<TransactionalProducerPort> {
    const { clients, settings, box, lease } = this.#parts;
    const { transactionalId = `tracelink-outbox.${lease.outbox}` } = settings;
    const id = `${transactionalId}.${this.#topic}.${partition}`;
    return traced(clients.transactionalProducer(settings.producer, id), box.tracing);
  }
}

function messageOf({ key, value, headers, timestamp }: OutboxRow): OutgoingRecord {
  return { key, value, headers, timestamp };
}
