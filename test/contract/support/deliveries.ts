import type { Consumer, ConsumerRunConfig, EachMessagePayload, KafkaMessage } from 'kafkajs';

/** A message as it was delivered to a consumer. */
export interface Delivery {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly value: string | null;
  readonly message: KafkaMessage;
}

/** The messages delivered so far, and ways to wait for more. */
export class Deliveries {
  readonly all: Delivery[] = [];
  readonly #waiting = new Set<() => void>();

  /** Subscribes and runs `consumer`, and collects its messages with those of other consumers. */
  async from(consumer: Consumer, topics: readonly string[], { fromBeginning = true, ...run }: RunOptions = {}): Promise<void> {
    await consumer.subscribe({ topics: [...topics], fromBeginning });
    await consumer.run({ ...run, eachMessage: async (payload) => this.#add(payload) });
  }

  /** Resolves once `enough` is true of all delivered messages. */
  async until(enough: (all: readonly Delivery[]) => boolean): Promise<readonly Delivery[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = (): void => {
      if (enough(this.all)) resolve();
    };
    this.#waiting.add(check);
    check();
    await promise;
    this.#waiting.delete(check);
    return this.all;
  }

  /** Resolves once `count` messages were delivered, with all of them. */
  count(count: number): Promise<readonly Delivery[]> {
    return this.until((all) => all.length >= count);
  }

  /** Resolves once a message of this value was delivered, with the values of all. */
  async value(value: string): Promise<readonly (string | null)[]> {
    await this.until((all) => all.some((delivery) => delivery.value === value));
    return this.values();
  }

  values(): readonly (string | null)[] {
    return this.all.map((delivery) => delivery.value);
  }

  #add({ topic, partition, message }: EachMessagePayload): void {
    this.all.push({ topic, partition, offset: message.offset, value: message.value?.toString() ?? null, message });
    for (const check of this.#waiting) check();
  }
}

/** Those of kafkajs' `subscribe` and `run` options that tests set. */
export interface RunOptions extends Pick<ConsumerRunConfig, 'autoCommit' | 'autoCommitThreshold'> {
  /** @default true */
  readonly fromBeginning?: boolean;
}

/** Reads `topics` from the beginning with `consumer`, and resolves once `count` messages were delivered. */
export async function read(consumer: Consumer, topics: readonly string[], count: number): Promise<readonly Delivery[]> {
  const deliveries = new Deliveries();
  await deliveries.from(consumer, topics);
  return deliveries.count(count);
}
