import { kafkaUnderTest } from '@tracelink/testing';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { startEmbeddedCommand, type BrokerProcess } from '../measure/embedded-command.ts';
import { randomIds } from '../measure/random-ids.ts';
import type { Selection } from './command-line.ts';

const batch = 1_000;
const value = Buffer.alloc(100, 'v');

/** The Kafka that all clients use, in no process of theirs. */
export async function startBroker(broker: Selection['broker']): Promise<BrokerProcess & { readonly name: string }> {
  if (broker.kind === 'embedded') return { ...(await startEmbeddedCommand()), name: 'embedded-kafka' };
  process.env[broker.kind === 'image' ? 'KAFKA_IMAGE' : 'KAFKA_BROKERS'] = broker.at;
  const kafka = await kafkaUnderTest();
  return { brokers: kafka.brokers, name: broker.at, [Symbol.asyncDispose]: () => kafka.stop() };
}

/** What makes and takes away the topics of a run. */
export class Topics implements AsyncDisposable {
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #prefix = `bench-clients-${process.pid}-${Date.now()}`;
  #made = 0;

  constructor(brokers: readonly string[]) {
    this.#kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING });
    this.#admin = this.#kafka.admin();
  }

  connect(): Promise<void> {
    return this.#admin.connect();
  }

  /** A topic of one partition. What was sent is gone with it: a broker in memory would keep the sends of all rounds. */
  async create(): Promise<AsyncDisposable & { readonly name: string }> {
    const name = `${this.#prefix}-${++this.#made}`;
    await this.#admin.createTopics({ topics: [{ topic: name, numPartitions: 1 }], waitForLeaders: true });
    return { name, [Symbol.asyncDispose]: () => this.#admin.deleteTopics({ topics: [name] }) };
  }

  /** Messages of 100 B and 500 keys, each with a creation context of its own and a header of the application's. */
  async fill(topic: string, messages: number): Promise<void> {
    const producer = this.#kafka.producer();
    await producer.connect();
    for (let at = 0; at < messages; at += batch) {
      const next = Array.from({ length: Math.min(batch, messages - at) }, (_, index) => {
        const { traceId, spanId } = randomIds();
        return { key: `key ${index % 500}`, value, headers: { b3: `${traceId}-${spanId}-1`, tenant: 'a' } };
      });
      await producer.send({ topic, messages: next });
    }
    await producer.disconnect();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#admin.disconnect();
  }
}
