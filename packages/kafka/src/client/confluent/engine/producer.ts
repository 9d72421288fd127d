import type { OutgoingRecord, OutgoingRecords, ProducerPort } from '../../port/engine-clients.ts';
import type { HeaderValues, RecordMetadataLike } from '../../port/message.ts';
import { asked } from './binding/client-errors.ts';
import type { DeliveryReport, Producer } from './binding/shapes.ts';

// Milliseconds.
const longestConnect = 10_000;

/** This client's producer in kafkajs' shape, so that the engine and the wrapper take it. */
export class ConfluentSender implements ProducerPort {
  readonly clientId: string;
  readonly #producer: Producer;
  #isConnected = false;

  /** @param producer configured with `dr_cb`, and to wait for all in-sync replicas */
  constructor(producer: Producer, clientId: string) {
    this.#producer = producer;
    this.clientId = clientId;
  }

  async connect(): Promise<void> {
    await asked<unknown>((done) => this.#producer.connect({ allTopics: false, timeout: longestConnect }, done));
    this.#isConnected = true;
    this.#producer.on('delivery-report', (error: unknown, report: DeliveryReport) => report.opaque(error, report));
    this.#producer.setPollInBackground(true);
  }

  /** After what is under way, for at most five seconds. */
  async disconnect(): Promise<void> {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    await asked<unknown>((done) => this.#producer.disconnect(done));
  }

  send({ topic, acks, messages }: OutgoingRecords): Promise<readonly RecordMetadataLike[]> {
    return this.sendBatch({ topicMessages: [{ topic, messages }], acks });
  }

  async sendBatch({ topicMessages }: Parameters<ProducerPort['sendBatch']>[0]): Promise<readonly RecordMetadataLike[]> {
    const written = topicMessages.flatMap(({ topic, messages }) => messages.map((message) => this.#write(topic, message)));
    const reports = await Promise.allSettled(written);
    const failed = reports.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const first = new Map<string, DeliveryReport>();
    for (const { value } of reports as PromiseFulfilledResult<DeliveryReport>[]) {
      const key = `${value.topic}/${value.partition}`;
      if ((first.get(key)?.offset ?? Infinity) > value.offset) first.set(key, value);
    }
    return [...first.values()].map(({ topic, partition, offset }) => {
      return { topicName: topic, partition, errorCode: 0, baseOffset: String(offset) };
    });
  }

  #write(topic: string, { key, value, headers = {}, timestamp, partition }: OutgoingRecord): Promise<DeliveryReport> {
    return asked<DeliveryReport>((done) =>
      this.#producer.produce(
        topic,
        partition ?? null,
        bytes(value),
        bytes(key),
        timestamp === undefined ? undefined : Number(timestamp),
        done,
        headerList(headers),
      ),
    );
  }
}

/** One entry for each value; an empty one as text, since the client makes none of an empty `Buffer`. */
function headerList(headers: HeaderValues): Readonly<Record<string, Buffer | string>>[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values])
      .filter((value) => value !== undefined)
      .map((value) => Object.fromEntries([[name, value.length === 0 ? '' : value]])),
  );
}

function bytes(value: Buffer | string | null | undefined): Buffer | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? Buffer.from(value) : value;
}
