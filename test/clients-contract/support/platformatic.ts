import { Consumer, Producer, type Message } from '@platformatic/kafka';
import { forEachMessage, wrapConsumer, wrapProducer, type ProducerOptions } from '@tracelink/kafka';
import { deepFreeze, type Consumption, type ConsumeOptions, type Incoming, type Sender, type Session, type TestClient } from './client.ts';

/** Platformatic's client, with the bytes that it takes and gives by default. */
export const platformatic: TestClient = {
  name: '@platformatic/kafka',
  loop: 'for await',
  redelivers: false,
  open: async (bootstrapBrokers, clientId, groupId) => new PlatformaticSession({ bootstrapBrokers, clientId, retryDelay: 50 }, groupId),
};

interface Base {
  readonly bootstrapBrokers: string[];
  readonly clientId: string;
  readonly retryDelay: number;
}

class PlatformaticSession implements Session {
  readonly #base: Base;
  readonly #groupId: string;
  readonly #closes: (() => Promise<void>)[] = [];

  constructor(base: Base, groupId: string) {
    this.#base = base;
    this.#groupId = groupId;
  }

  async producer(options?: ProducerOptions): Promise<Sender> {
    return senderOf(this.#wrapped(options, {}));
  }

  async transaction(options?: ProducerOptions): ReturnType<Session['transaction']> {
    const producer = this.#wrapped(options, { transactionalId: `id-${this.#groupId}`, idempotent: true });
    const transaction = await producer.beginTransaction();
    return { ...senderOf(transaction), commit: () => transaction.commit(), abort: () => transaction.abort() };
  }

  #wrapped(options: ProducerOptions | undefined, config: object): Producer {
    const producer = wrapProducer(new Producer({ ...this.#base, ...config }), options);
    this.#closes.push(() => producer.close(true));
    return producer;
  }

  async consume({ topic, way, handle, options }: ConsumeOptions): Promise<Consumption> {
    const often = { sessionTimeout: 10_000, heartbeatInterval: 500, maxWaitTime: 100 };
    const consumer = wrapConsumer(new Consumer({ ...this.#base, ...often, groupId: this.#groupId }), options);
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (isOpen) await consumer.close(true);
      isOpen = false;
    };
    this.#closes.push(close);
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
    const loop = async (): Promise<void> => {
      for await (const message of stream) await handle(incomingOf(message));
    };
    const running = way === 'each' ? forEachMessage(stream, (message) => handle(incomingOf(message))) : loop();
    const ended = running.catch((error: unknown) => error);
    const commit = () => consumer.commit({ offsets: [{ topic, partition: 0, offset: 1n, leaderEpoch: -1 }] });
    return { commit, close, ended };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closes.reverse()) await close();
  }
}

function senderOf(client: Pick<Producer, 'send'>): Sender {
  return {
    async send(messages) {
      const sent = messages.map(({ topic, key, value, headers }) => ({
        topic,
        ...(typeof key === 'string' && { key: Buffer.from(key) }),
        ...(value !== null && { value: Buffer.from(value) }),
        ...(headers && { headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])) }),
      }));
      await client.send(deepFreeze({ messages: sent }));
    },
    async forward({ message }, topic) {
      const { value, headers } = message as Message;
      await client.send({ messages: [{ topic, value, headers }] });
    },
  };
}

function incomingOf(message: Message): Incoming {
  // The types know no tombstone.
  const value = message.value as Buffer | undefined;
  return { value: value === undefined ? null : String(value), message };
}
