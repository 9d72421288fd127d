import type { OutgoingRecords, TransactionalProducerPort, TransactionPort } from '../../port/engine-clients.ts';
import { asked } from './binding/client-errors.ts';
import { OrderedSender } from './ordered-sender.ts';
import type { Producer } from './binding/shapes.ts';

// Milliseconds in which the coordinator must have answered, of the 60 s after which it aborts a transaction by itself.
const longest = 30_000;

/** This client's transactions as an outbox uses them. */
export class ConfluentTransactions implements TransactionalProducerPort {
  readonly clientId: string;
  readonly #producer: Producer;
  readonly #sender: OrderedSender;

  /** @param producer configured as that of a `ConfluentSender`, with a transactional id */
  constructor(producer: Producer, clientId: string) {
    this.clientId = clientId;
    this.#producer = producer;
    this.#sender = new OrderedSender(producer, clientId);
  }

  /** Raises the epoch of the id, which this client asks for before its first transaction. */
  async connect(): Promise<void> {
    await this.#sender.connect();
    await asked<void>((done) => this.#producer.initTransactions(longest, done));
  }

  disconnect(): Promise<void> {
    return this.#sender.disconnect();
  }

  async transaction(): Promise<TransactionPort> {
    await asked<void>((done) => this.#producer.beginTransaction(done));
    return {
      send: (records: OutgoingRecords) => this.#sender.send(records),
      commit: () => asked<void>((done) => this.#producer.commitTransaction(longest, done)),
      abort: () => asked<void>((done) => this.#producer.abortTransaction(longest, done)),
    };
  }
}
