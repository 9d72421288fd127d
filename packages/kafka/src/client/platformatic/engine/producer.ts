import { gzip, type OutgoingRecord, type OutgoingRecords, type ProducerPort } from '../../port/engine-clients.ts';
import type { HeaderValues, RecordMetadataLike } from '../../port/message.ts';
import { asked } from '../errors/client-errors.ts';
import type { ClusterMetadata, Producer } from './shapes.ts';

/** This client's producer in kafkajs' shape, so that the engine and the wrapper take it. */
export class PlatformaticSender implements ProducerPort {
  readonly clientId: string;
  readonly #producer: Producer;

  /** @param producer made without serializers: it is given bytes */
  constructor(producer: Producer) {
    this.#producer = producer;
    this.clientId = producer.clientId;
    keepPlaces(producer);
  }

  async connect(): Promise<void> {
    await asked(this.#producer.metadata({ topics: [] }));
  }

  async disconnect(): Promise<void> {
    await this.#producer.close();
  }

  send(records: OutgoingRecords): Promise<readonly RecordMetadataLike[]> {
    return sentBy(this.#producer, [records], records);
  }

  async sendBatch({ topicMessages, acks }: Parameters<ProducerPort['sendBatch']>[0]): Promise<readonly RecordMetadataLike[]> {
    return sentBy(this.#producer, topicMessages, { acks });
  }
}

/**
 * The client (2.12.1) repeats a refused send by newer metadata, for the partition that it had chosen: where that is gone, it throws out
 * of a callback, which nothing can catch. With a leader in its place, the broker refuses the send, and the client rejects.
 */
export function keepPlaces(producer: Producer): void {
  /** The most partitions that each topic has had. */
  const counts = new Map<string, number>();
  producer.on('client:metadata', ({ topics }: ClusterMetadata) => {
    for (const [topic, { partitions }] of topics) {
      const [first] = partitions;
      const most = Math.max(counts.get(topic) ?? 0, partitions.length);
      counts.set(topic, most);
      if (first !== undefined) while (partitions.length < most) partitions.push(first);
    }
  });
}

/** Sends by a producer, or by a transaction. @throws its error, as the port has it */
export async function sentBy(
  sender: Pick<Producer, 'send'>,
  topicMessages: readonly Pick<OutgoingRecords, 'topic' | 'messages'>[],
  { acks, compression }: Pick<OutgoingRecords, 'acks' | 'compression'>,
): Promise<readonly RecordMetadataLike[]> {
  const messages = topicMessages.flatMap(({ topic, messages: each }) => each.map((message) => ({ topic, ...bytesOf(message) })));
  const { offsets = [] } = await asked(sender.send({ messages, acks, ...(compression === gzip && { compression: 'gzip' }) }));
  return offsets.map(({ topic, partition, offset }) => ({ topicName: topic, partition, errorCode: 0, baseOffset: String(offset) }));
}

function bytesOf({ key, value, headers = {}, timestamp, partition }: OutgoingRecord): {
  readonly key: Buffer | undefined;
  readonly value: Buffer | undefined;
  readonly headers: ReadonlyMap<Buffer, Buffer>;
} {
  return {
    ...(partition !== undefined && { partition }),
    key: bytes(key),
    value: bytes(value),
    headers: headerBytes(headers),
    ...(timestamp !== undefined && { timestamp: BigInt(timestamp) }),
  };
}

/** A `Map` by bytes, which are different keys though they are equal: so a header can be written twice. */
function headerBytes(headers: HeaderValues): ReadonlyMap<Buffer, Buffer> {
  const written = new Map<Buffer, Buffer>();
  for (const [name, values] of Object.entries(headers))
    for (const value of Array.isArray(values) ? values : [values])
      if (value !== undefined) written.set(Buffer.from(name), Buffer.from(value));
  return written;
}

function bytes(value: Buffer | string | null | undefined): Buffer | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? Buffer.from(value) : value;
}
