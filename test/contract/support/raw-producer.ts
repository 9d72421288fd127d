import type { Answers } from './answers.ts';
import type { RawConnection } from './raw-connection.ts';
import { only, produceBatch } from './requests.ts';

/** The identity of a producer at the broker. */
export interface ProducerIdentity {
  readonly producerId: string;
  readonly producerEpoch: number;
}

/** Sends InitProducerId for a transactional id, or `null` for a producer that is only idempotent. */
export async function initProducerId(
  connection: RawConnection,
  transactionalId: string | null,
  transactionTimeout = 60_000,
): Promise<Answers['InitProducerId']> {
  for (;;) {
    const answer = await connection.ask('InitProducerId', 1, { transactionalId, transactionTimeout });
    // The markers of the previous transaction are still being written.
    if (answer.error !== 'CONCURRENT_TRANSACTIONS') return answer;
  }
}

/** A transactional producer that sends one request for each call. */
export class RawTransactionalProducer {
  readonly #connection: RawConnection;
  readonly #transactionalId: string;
  readonly identity: ProducerIdentity;
  #sequence = 0;

  private constructor(connection: RawConnection, transactionalId: string, identity: ProducerIdentity) {
    this.#connection = connection;
    this.#transactionalId = transactionalId;
    this.identity = identity;
  }

  static async init(connection: RawConnection, transactionalId: string): Promise<RawTransactionalProducer> {
    const { error, producerId, producerEpoch } = await initProducerId(connection, transactionalId);
    if (error !== 'NONE') throw new Error(error);
    return new RawTransactionalProducer(connection, transactionalId, { producerId, producerEpoch });
  }

  get #names(): object {
    return { transactionalId: this.#transactionalId, ...this.identity };
  }

  /** Adds partition 0 of `topic` to the transaction. */
  async addPartition(topic: string): Promise<string> {
    for (;;) {
      const { errors } = await this.#connection.ask('AddPartitionsToTxn', 1, { ...this.#names, topics: [{ topic, partitions: [0] }] });
      const { error } = only(only(errors).partitionErrors);
      if (error !== 'CONCURRENT_TRANSACTIONS') return error;
    }
  }

  /** Sends one message to partition 0, again while the broker is still checking that the partition was added. */
  async send(topic: string, value: string): Promise<string> {
    for (;;) {
      const options = { transactionalId: this.#transactionalId, ...this.identity, firstSequence: this.#sequence };
      const { error } = await produceBatch(this.#connection, topic, [{ value }], options);
      if (error === 'NONE') this.#sequence += 1;
      if (error !== 'CONCURRENT_TRANSACTIONS' && error !== 'NOT_ENOUGH_REPLICAS') return error;
    }
  }

  async end(result: 'commit' | 'abort'): Promise<string> {
    for (;;) {
      const { error } = await this.#connection.ask('EndTxn', 1, { ...this.#names, transactionResult: result === 'commit' });
      if (error !== 'CONCURRENT_TRANSACTIONS') return error;
    }
  }

  async addOffsets(groupId: string): Promise<string> {
    for (;;) {
      const { error } = await this.#connection.ask('AddOffsetsToTxn', 1, { ...this.#names, groupId });
      if (error !== 'CONCURRENT_TRANSACTIONS') return error;
    }
  }

  /** Commits an offset of partition 0 for a group as part of the transaction. */
  async commitOffset(groupId: string, topic: string, offset: number): Promise<string> {
    const topics = [{ topic, partitions: [{ partition: 0, offset: String(offset), metadata: null }] }];
    const answer = await this.#connection.ask('TxnOffsetCommit', 1, { ...this.#names, groupId, topics });
    return only(only(answer.topics).partitions).error;
  }
}
