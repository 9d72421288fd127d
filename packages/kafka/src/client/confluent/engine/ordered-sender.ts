import { SharedWork } from '../../../core/shared-work.ts';
import type { OutgoingRecords, ProducerPort } from '../../port/engine-clients.ts';
import type { RecordMetadataLike } from '../../port/message.ts';
import { errorCode } from '../errors/protocol-name.ts';
import { ConfluentSender } from './producer.ts';

/** librdkafka's code of what an idempotent producer answers to everything once it has lost count of its records. */
const isOfNoMoreUse = -150;

/**
 * Sends records of which those of a partition stay in order: librdkafka (2.15.1) writes several requests of a partition one after the other,
 * with one request in flight (`max.in.flight`), too, and one that a broker refuses comes again behind the next. To an idempotent producer
 * the broker refuses the next one as well, where it has a record of it: of a producer that it does not know it takes any, and then takes the
 * first for a repetition. It forgets one with a topic that is recreated, and after a day (`producer.id.expiration.ms`). So the first record
 * of each send goes alone.
 */
export class OrderedSender extends ConfluentSender {
  /** @param records of one partition, which they all name, or of any, in no order */
  override async send(records: OutgoingRecords): Promise<readonly RecordMetadataLike[]> {
    const [first, ...others] = records.messages;
    if (first?.partition === undefined) return super.send(records);
    const answers = await super.send({ ...records, messages: [first] });
    if (others.length === 0) return answers;
    const [rest] = await super.send({ ...records, messages: others });
    // The first record has the lowest offset.
    return answers.map((answer) => ({ ...answer, offsets: [answer, rest].flatMap((each) => each?.offsets ?? []) }));
  }
}

/** An idempotent producer, in whose place comes another one when it is of no more use. */
export class IdempotentSender implements ProducerPort {
  readonly clientId: string;
  readonly #make: () => ConfluentSender;
  #sender: ConfluentSender;
  readonly #connected = new SharedWork(() => this.#sender.connect());

  /** @param make makes a producer that is not connected */
  constructor(make: () => ConfluentSender) {
    this.#make = make;
    this.#sender = make();
    this.clientId = this.#sender.clientId;
  }

  connect(): Promise<void> {
    return this.#connected.get();
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

  async #sent<T>(send: (sender: ConfluentSender) => Promise<T>): Promise<T> {
    await this.connect();
    const sender = this.#sender;
    try {
      return await send(sender);
    } catch (error) {
      if (errorCode(error) === isOfNoMoreUse && sender === this.#sender) {
        this.#sender = this.#make();
        this.#connected.forget();
        await sender.disconnect().catch(() => {});
      }
      throw error;
    }
  }
}
