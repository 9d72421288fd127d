import {
  Admin,
  Consumer,
  type ConsumeOptions,
  type ConsumerGroupJoinPayload,
  type ConsumerOptions,
  type Message,
  Producer,
  type ProducerOptions,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';

/** What one consumer was given, as text. */
export type TextMessage = Message<string, string, string, string>;
export type TextProducer = Producer<string, string, string, string>;
export type TextConsumer = Consumer<string, string, string, string>;
type TextProducerOptions = Partial<ProducerOptions<string, string, string, string>>;
type TextConsumerOptions = Partial<ConsumerOptions<string, string, string, string>>;

/** Clients of `@platformatic/kafka` on some brokers, which `close` closes all. */
export class PlatformaticClients {
  readonly #base: { clientId: string; bootstrapBrokers: string[]; retryDelay: number };
  readonly #closes: (() => Promise<void>)[] = [];

  constructor(bootstrapBrokers: string[]) {
    this.#base = { clientId: 'platformatic', bootstrapBrokers, retryDelay: 50 };
  }

  admin(): Admin {
    const admin = new Admin(this.#base);
    this.#closes.push(() => admin.close());
    return admin;
  }

  producer(options: TextProducerOptions = {}): TextProducer {
    const producer = new Producer({ ...this.#base, serializers: stringSerializers, ...options });
    this.#closes.push(() => producer.close());
    return producer;
  }

  consumer(groupId: string, options: TextConsumerOptions = {}): TextConsumer {
    const often = { sessionTimeout: 10_000, heartbeatInterval: 100, maxWaitTime: 100 };
    const consumer = new Consumer({ ...this.#base, ...often, groupId, deserializers: stringDeserializers, ...options });
    this.#closes.push(() => consumer.close(true));
    return consumer;
  }

  /** Closes what was made, the last first. What a test closed before is closed again, which does nothing. */
  async close(): Promise<void> {
    for (const close of this.#closes.splice(0).reverse()) await close();
  }
}

/** What consumers were given so far, and a way to wait for more. */
export class Received {
  readonly all: TextMessage[] = [];
  #wake: (() => void) | undefined;

  /** Lets `consumer` join its group and read `topics` from the committed offsets, or else from the beginning. */
  async from(
    consumer: TextConsumer,
    topics: string[],
    options: Partial<ConsumeOptions<string, string, string, string>> = {},
  ): Promise<void> {
    const stream = await consumer.consume({ topics, mode: 'committed', fallbackMode: 'earliest', autocommit: false, ...options });
    stream.on('data', (message) => {
      this.all.push(message);
      this.#wake?.();
    });
  }

  /** Resolves once `enough` says so of the values of all messages. */
  async until(enough: (values: readonly string[]) => boolean): Promise<readonly TextMessage[]> {
    while (!enough(this.values)) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.all;
  }

  /** Resolves with everything once there are `count` messages or more. */
  count(count: number): Promise<readonly TextMessage[]> {
    return this.until((values) => values.length >= count);
  }

  get values(): string[] {
    return this.all.map(({ value }) => value);
  }
}

/** The partitions of the next assignment of `consumer` that has `count` of them. Call it before what leads to it. */
export function nextAssignment(consumer: TextConsumer, count: number): Promise<number[]> {
  return new Promise((resolve) => {
    const onJoin = ({ assignments = [] }: ConsumerGroupJoinPayload): void => {
      const partitions = assignments.flatMap((assignment) => assignment.partitions).toSorted((a, b) => a - b);
      if (partitions.length !== count) return;
      consumer.off('consumer:group:join', onJoin);
      resolve(partitions);
    };
    consumer.on('consumer:group:join', onJoin);
  });
}
