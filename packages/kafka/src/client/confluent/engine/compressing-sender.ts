import { SharedWork } from '../../../core/shared-work.ts';
import type { OutgoingRecords, ProducerPort } from '../../port/engine-clients.ts';
import type { RecordMetadataLike } from '../../port/message.ts';
import { ConfluentSender } from './producer.ts';
import type { Producer } from './binding/shapes.ts';

/**
 * A producer that compresses where it is asked to. librdkafka compresses by its configuration alone, and so what asks for it goes through a
 * second producer, which is made for the first of it.
 */
export class CompressingSender implements ProducerPort {
  readonly clientId: string;
  readonly #plain: ConfluentSender;
  readonly #makeCompressing: () => Producer;
  readonly #compressing = new SharedWork(async () => {
    const sender = new ConfluentSender(this.#makeCompressing(), this.clientId);
    await sender.connect();
    return sender;
  });

  /** @param makeCompressing as `producer`, and configured to compress */
  constructor(producer: Producer, clientId: string, makeCompressing: () => Producer) {
    this.clientId = clientId;
    this.#plain = new ConfluentSender(producer, clientId);
    this.#makeCompressing = makeCompressing;
  }

  connect(): Promise<void> {
    return this.#plain.connect();
  }

  async disconnect(): Promise<void> {
    const compressing = this.#compressing.begun?.then(
      (sender) => sender.disconnect(),
      () => {},
    );
    await Promise.all([this.#plain.disconnect(), compressing]);
  }

  async send(records: OutgoingRecords): Promise<readonly RecordMetadataLike[]> {
    return (records.compression === undefined ? this.#plain : await this.#compressing.get()).send(records);
  }

  sendBatch(records: Parameters<ProducerPort['sendBatch']>[0]): Promise<readonly RecordMetadataLike[]> {
    return this.#plain.sendBatch(records);
  }
}
