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
    const places = new Map<string, DeliveryReport[]>();
    for (const { value } of reports as PromiseFulfilledResult<DeliveryReport>[]) {
      const key = `${value.topic}/${value.partition}`;
      const known = places.get(key);
      if (known === undefined) places.set(key, [value]);
      else known.push(value);
    }
    return [...places.values()].map(answerOf);
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

/**
 * The answer for the records of one partition, of which there is at least one. They went in as many requests as librdkafka made of them, and
 * records of other producers may be in between. It does not know the offset of a record that the broker had already.
 */
function answerOf(reports: readonly DeliveryReport[]): RecordMetadataLike {
  const [{ topic, partition }] = reports as [DeliveryReport];
  let lowest = Infinity;
  const offsets = reports.map(({ offset }) => {
    if (offset < 0) return undefined;
    lowest = Math.min(lowest, offset);
    return String(offset);
  });
  return { topicName: topic, partition, errorCode: 0, ...(lowest < Infinity && { baseOffset: String(lowest) }), offsets };
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
