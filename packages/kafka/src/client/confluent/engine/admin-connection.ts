import { KafkaError } from '../../port/kafka-error.ts';
import { asked } from './binding/client-errors.ts';
import { connectInTries } from './binding/connect-in-tries.ts';
import type { Admin, Client, Done, Library, LogLine } from './binding/shapes.ts';

// Milliseconds.
const longestMetadata = 5_000;

// Of its log.
const clusterIs = /ClusterId: ([^,\s]+)/;
const refusal = /SASL authentication error: (.+?)(?: \(after .*)?$/;

/**
 * An admin client of this library, which says what cluster it is connected to. It is made from another client, which is destroyed
 * beside the event loop, and its callbacks after it; one of its own (1.10.1) is destroyed on the event loop, while threads may call back.
 */
export class AdminConnection {
  readonly #library: Pick<Library, 'AdminClient'>;
  readonly #client: Client;
  readonly #underWay = new Set<Promise<unknown>>();
  #admin: Admin | undefined;
  #clusterId = '';
  /** Why a broker refused what this client authenticates with. */
  #refused: string | undefined;
  #connecting: Promise<unknown> | undefined;
  #isEnded = false;

  /** @param client its log must have what it is told of metadata: it alone tells the id of the cluster, and why brokers refuse a password */
  constructor(library: Pick<Library, 'AdminClient'>, client: Client) {
    this.#library = library;
    this.#client = client;
    client.on('event.log', ({ message }: LogLine) => {
      const [, id] = clusterIs.exec(message) ?? [];
      if (id !== undefined && id !== 'n/a') this.#clusterId = id;
      this.#refused = refusal.exec(message)?.[1] ?? this.#refused;
    });
  }

  /** Empty where the broker has none. */
  get clusterId(): string {
    return this.#clusterId;
  }

  /** @throws its error, as the port has it; of a refused password, or once it is disconnected, after the try that is under way */
  async connect(): Promise<void> {
    this.#connecting = this.#lookForBroker();
    try {
      await this.#connecting;
    } catch (error) {
      if (this.#refused === undefined) throw error;
      throw new KafkaError('SASL_AUTHENTICATION_FAILED', `SASL_AUTHENTICATION_FAILED: ${this.#refused}`, error);
    }
    this.#admin = this.#library.AdminClient.createFrom(this.#client);
  }

  async disconnect(): Promise<void> {
    this.#isEnded = true;
    await Promise.allSettled([this.#connecting]);
    const isConnected = this.#admin !== undefined;
    this.#admin = undefined;
    await Promise.allSettled(this.#underWay);
    if (isConnected) await asked<unknown>((done) => this.#client.disconnect(done));
  }

  #lookForBroker(): Promise<unknown> {
    this.#clusterId = '';
    this.#refused = undefined;
    this.#isEnded = false;
    return connectInTries(this.#client, () => {
      if (this.#isEnded || this.#refused !== undefined) return 'given up';
      return this.#clusterId === '' ? undefined : 'answered';
    });
  }

  /**
   * One request that this client sends to the controller. It (librdkafka 2.16) asks the one that the last metadata named, connects to it
   * again without a pause when that is gone, and asks nobody whether there is another: so metadata come first, which any broker gives.
   *
   * @throws its error, as the port has it
   */
  async askController<T>(request: (admin: Admin, done: Done<T>) => void): Promise<T> {
    await this.ask<unknown>((admin, done) => admin.getMetadata({ allTopics: false, timeout: longestMetadata }, done));
    return this.ask(request);
  }

  /** One request. @throws its error, as the port has it */
  async ask<T>(request: (admin: Admin, done: Done<T>) => void): Promise<T> {
    const admin = this.#admin;
    if (admin === undefined) throw new Error('The admin client is disconnected');
    const answer = asked<T>((done) => request(admin, done));
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  }
}
