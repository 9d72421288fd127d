import { forEachMessage, wrapConsumer, wrapProducer } from '@tracelink/kafka';
import type { Consumer, Kafka, KafkaMessage, Producer, Transaction } from 'kafkajs';
import { deepFreeze, type Consumption, type ConsumeOptions, type Incoming, type Outgoing, type Sender, type Session } from './client.ts';

/** What differs between the libraries that have kafkajs' interface: how clients are configured. */
export interface KafkajsApi {
  producer(kafka: Kafka, transactionalId?: string): Producer;
  consumer(kafka: Kafka, groupId: string): Consumer;
}

type Send = Pick<Producer, 'send' | 'sendBatch'>;

/** Drives a library that has kafkajs' interface. */
export class KafkajsSession implements Session {
  readonly #api: KafkajsApi;
  readonly #kafka: Kafka;
  readonly #groupId: string;
  readonly #closes: (() => Promise<void>)[] = [];

  constructor(api: KafkajsApi, kafka: Kafka, groupId: string) {
    this.#api = api;
    this.#kafka = kafka;
    this.#groupId = groupId;
  }

  async producer(options?: Parameters<typeof wrapProducer>[1]): Promise<Sender> {
    return senderOf(await this.#connected(options));
  }

  async transaction(options?: Parameters<typeof wrapProducer>[1]): ReturnType<Session['transaction']> {
    const producer = await this.#connected(options, `id-${this.#groupId}`);
    const transaction: Transaction = await producer.transaction();
    return { ...senderOf(transaction), commit: () => transaction.commit(), abort: () => transaction.abort() };
  }

  async #connected(options: Parameters<typeof wrapProducer>[1], transactionalId?: string): Promise<Producer> {
    const producer = wrapProducer(this.#api.producer(this.#kafka, transactionalId), options);
    await producer.connect();
    this.#closes.push(() => producer.disconnect());
    return producer;
  }

  async consume({ topic, way, handle, options }: ConsumeOptions): Promise<Consumption> {
    const consumer = wrapConsumer(this.#api.consumer(this.#kafka, this.#groupId), options);
    await consumer.connect();
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (isOpen) await consumer.disconnect();
      isOpen = false;
    };
    this.#closes.push(close);
    // Confluent's takes `fromBeginning` when it is made.
    await consumer.subscribe({ topic, fromBeginning: true }).catch(() => consumer.subscribe({ topic }));
    const each = (message: KafkaMessage): Promise<void> => handle(incomingOf(message));
    if (way === 'each') await consumer.run({ eachMessage: ({ message }) => each(message) });
    else await consumer.run({ eachBatch: (payload) => forEachMessage(payload, each) });
    return { commit: () => consumer.commitOffsets([{ topic, partition: 0, offset: '1' }]), close, ended: new Promise(() => {}) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closes.reverse()) await close();
  }
}

function senderOf(producer: Send): Sender {
  const forward = async ({ message }: Incoming, topic: string): Promise<void> => {
    const { value, headers } = message as KafkaMessage;
    await producer.send({ topic, messages: [{ value, ...(headers && { headers }) }] });
  };
  return {
    forward,
    async send(messages) {
      const topics = [...Map.groupBy(messages, ({ topic }) => topic)].map(([topic, each]) => ({ topic, messages: each.map(messageOf) }));
      const [first, ...others] = deepFreeze(topics);
      if (first !== undefined && others.length === 0) await producer.send(first);
      else await producer.sendBatch({ topicMessages: topics });
    },
  };
}

function messageOf({ key = null, value, headers }: Outgoing): {
  key: string | null;
  value: string | null;
  headers?: Record<string, string>;
} {
  return { key, value, ...(headers && { headers }) };
}

function incomingOf(message: KafkaMessage): Incoming {
  return { value: message.value === null ? null : String(message.value), message };
}
