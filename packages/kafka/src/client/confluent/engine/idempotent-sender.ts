import type { OutgoingRecords, ProducerPort } from '../../port/engine-clients.ts';
import type { RecordMetadataLike } from '../../port/message.ts';
import { errorCode } from './binding/client-errors.ts';
import type { ConfluentSender } from './producer.ts';

/** librdkafka's code of what an idempotent producer answers to everything once it has lost count of its records. */
const isOfNoMoreUse = -150;

/** An idempotent producer, in whose place comes another one when it is of no more use. */
export class IdempotentSender implements ProducerPort {
  readonly clientId: string;
  readonly #make: () => ConfluentSender;
  #sender: ConfluentSender;
  #connected: Promise<void> | undefined;

  /** @param make makes a producer that is not connected */
  constructor(make: () => ConfluentSender) {
    this.#make = make;
    this.#sender = make();
    this.clientId = this.#sender.clientId;
  }

  connect(): Promise<void> {
    this.#connected ??= this.#connect();
    return this.#connected;
  }

  disconnect(): Promise<void> {
    return this.#sender.disconnect();
  }

  send(records: OutgoingRecords): Promise<readonly RecordMetadataLike[]> {
    return this.#sent((sender) => sender.send(records));
  }

  sendBatch(records: Parameters<ProducerPort['sendBatch']>[0]): Promise<readonly RecordMetadataLike[]> {
    return this.#sent((sender) => sender.sendBatch(records));
  }

  async #connect(): Promise<void> {
    try {
      await this.#sender.connect();
    } catch (error) {
      this.#connected = undefined;
      throw error;
    }
  }

  async #sent<T>(send: (sender: ConfluentSender) => Promise<T>): Promise<T> {
    await this.connect();
    const sender = this.#sender;
    try {
      return await send(sender);
    } catch (error) {
      if (errorCode(error) === isOfNoMoreUse && sender === this.#sender) {
        this.#sender = this.#make();
        this.#connected = undefined;
        await sender.disconnect().catch(() => {});
      }
      throw error;
    }
  }
}
