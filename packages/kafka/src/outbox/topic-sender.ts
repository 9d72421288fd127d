import { Partitioners, type Admin, type Kafka, type Message, type Producer, type RecordMetadata } from 'kafkajs';
import { ClientIdentity } from '../client-identity.ts';
import { errorType } from '../error-type.ts';
import { KafkaTracingError } from '../kafka-tracing-error.ts';
import type { ProducerOptions } from '../options.ts';
import { KafkaTracing } from '../tracing.ts';
import { unpatched } from '../unpatched.ts';
import type { OutboxSettings, RelaySettings } from './outbox-options.ts';
import type { OutboxRow } from './outbox-table.ts';
import { traceFailed, traceSent } from './trace-relayed.ts';

type PartitionMetadata = Awaited<ReturnType<Admin['fetchTopicMetadata']>>['topics'][number]['partitions'];

// As long as Kafka's own clients believe what they know of a topic.
const metadataMaxAge = 300_000;

/**
 * Sends the messages of one topic, each request to one partition. kafkajs asks for the metadata of all topics of a producer at once and
 * fails for all when one has no leader or is gone, so each topic has a producer of its own; and it has lost the part of a send
 * to several leaders whose leader went away, without an error (so it is never given two).
 */
export class TopicSender {
  readonly #topic: string;
  readonly #admin: () => Promise<Admin>;
  readonly #producer: Producer;
  readonly #send: Producer['send'];
  readonly #tracing: KafkaTracing<ProducerOptions>;
  readonly #partitioner: ReturnType<NonNullable<RelaySettings['producer']['createPartitioner']>>;
  #connected: Promise<void> | undefined;
  #partitions: { readonly known: PartitionMetadata; readonly until: number } | undefined;

  /** @param admin connected, by whom several share it */
  constructor(
    kafka: Pick<Kafka, 'producer'>,
    admin: () => Promise<Admin>,
    topic: string,
    { producer: config }: RelaySettings,
    { tracing }: OutboxSettings,
  ) {
    this.#topic = topic;
    this.#admin = admin;
    this.#partitioner = (config.createPartitioner ?? Partitioners.DefaultPartitioner)();
    // One retry gets past a leader that has moved; what comes after that is ours, and holds up nothing else meanwhile.
    this.#producer = kafka.producer({
      allowAutoTopicCreation: false,
      retry: { retries: 1 },
      ...config,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    this.#send = unpatched(this.#producer, 'send');
    this.#tracing = new KafkaTracing<ProducerOptions>(tracing, new ClientIdentity(this.#producer, tracing));
  }

  /**
   * Makes sure that the topic is there, and how many partitions it has.
   *
   * @throws {KafkaTracingError} `topic_missing`; what kafkajs throws when the broker does not answer
   */
  async findPartitions(): Promise<void> {
    if (this.#partitions !== undefined && performance.now() < this.#partitions.until) return;
    const admin = await this.#admin();
    // First, as asking for the metadata of a topic can make it.
    const topics = await admin.listTopics();
    if (!topics.includes(this.#topic)) {
      const text = `The topic "${this.#topic}" is not there, or hidden from this client: its messages wait. Create it.`;
      throw new KafkaTracingError('topic_missing', text);
    }
    try {
      const [metadata] = (await admin.fetchTopicMetadata({ topics: [this.#topic] })).topics;
      this.#partitions = { known: metadata?.partitions ?? [], until: performance.now() + metadataMaxAge };
    } catch (error) {
      // kafkajs says nothing of any partition when one has no leader. The others can go on.
      if (this.#partitions === undefined || errorType(error) !== 'LEADER_NOT_AVAILABLE') throw error;
    }
  }

  /** Where a message belongs. @throws {KafkaTracingError} `invalid_message`: there is no such partition; what a partitioner throws */
  partitionOf(row: OutboxRow): number {
    const known = this.#partitions?.known ?? [];
    const partition = row.partition ?? this.#partitioner({ topic: this.#topic, partitionMetadata: known, message: messageOf(row) });
    if (known.some(({ partitionId }) => partitionId === partition)) return partition;
    throw new KafkaTracingError('invalid_message', `The topic "${this.#topic}" has ${known.length} partitions, none is ${partition}.`);
  }

  /** Resolves when all in-sync replicas have the messages. @throws what kafkajs throws; some of them may be there all the same */
  async send(partition: number, rows: readonly OutboxRow[]): Promise<void> {
    const started = Date.now();
    const clock = performance.now();
    const relayed = (): Parameters<typeof traceFailed>[1] => ({
      topic: this.#topic,
      partition,
      rows,
      started,
      duration: performance.now() - clock,
    });
    try {
      await (this.#connected ??= this.#connect());
      const messages = rows.map((row) => ({ ...messageOf(row), partition }));
      const answers = await this.#send({ topic: this.#topic, acks: -1, messages });
      const answer = answers.find((each: RecordMetadata) => each.partition === partition && each.errorCode === 0);
      if (answer === undefined)
        throw new KafkaTracingError('unacknowledged', `The broker did not say that it has what was sent to "${this.#topic}"/${partition}.`);
      traceSent(this.#tracing, relayed(), answer.baseOffset);
    } catch (error) {
      if (this.#partitions !== undefined) this.#partitions = { ...this.#partitions, until: 0 };
      traceFailed(this.#tracing, relayed(), error);
      throw error;
    }
  }

  async disconnect(): Promise<void> {
    await this.#producer.disconnect();
  }

  async #connect(): Promise<void> {
    try {
      await this.#producer.connect();
    } catch (error) {
      this.#connected = undefined;
      throw error;
    }
  }
}

function messageOf({ key, value, headers, timestamp }: OutboxRow): Message {
  return { key, value, headers, timestamp };
}
