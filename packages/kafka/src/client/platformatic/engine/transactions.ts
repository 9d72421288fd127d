import type { OutgoingRecords, TransactionalProducerPort, TransactionPort } from '../../port/engine-clients.ts';
import { asked } from '../errors/client-errors.ts';
import { keepPlaces, sentBy } from './producer.ts';
import type { Producer } from './shapes.ts';

/** Asks for a new epoch of the transactional id. This client (2.12.1) says 0 and 0 by itself, which every second producer is refused by. */
const anyEpoch = { producerId: -1n, producerEpoch: -1 };

/** This client's transactions as an outbox uses them. */
export class PlatformaticTransactions implements TransactionalProducerPort {
  readonly clientId: string;
  readonly #producer: Producer;

  /** @param producer idempotent, with a transactional id, and without serializers */
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

  async transaction(): Promise<TransactionPort> {
    const transaction = await asked(this.#producer.beginTransaction({ ...anyEpoch }));
    return {
      send: (records: OutgoingRecords) => sentBy(transaction, [records], records),
      async commit() {
        await asked(transaction.commit());
      },
      async abort() {
        await asked(transaction.abort());
      },
    };
  }
}
