import type { Message, ProducerRecord, RecordMetadata } from 'kafkajs';

/** The payload that kafkajs hands to `eachMessage`, as far as a handler can see. */
export interface StubMessagePayload {
  readonly topic: string;
  readonly partition: number;
  readonly message: StubMessage;
  heartbeat(): Promise<void>;
  pause(): () => void;
}

/** A consumed message as kafkajs' decoder makes it: key, value and header values are views of the response. */
export interface StubMessage {
  readonly magicByte: number;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Record<string, Buffer>;
}

/** The payload that kafkajs hands to `eachBatch`. */
export interface StubBatchPayload {
  readonly batch: { readonly topic: string; readonly partition: number; readonly messages: readonly StubMessage[]; lastOffset(): string };
  resolveOffset(offset: string): void;
  heartbeat(): Promise<void>;
  pause(): () => void;
  commitOffsetsIfNecessary(): Promise<void>;
  isRunning(): boolean;
  isStale(): boolean;
}

export interface StubRunConfig {
  eachMessage?: (payload: StubMessagePayload) => Promise<void>;
  eachBatch?: (payload: StubBatchPayload) => Promise<void>;
}

export interface StubProducer {
  readonly events: { readonly REQUEST: 'producer.network.request' };
  on(name: string, listener: RequestListener): () => void;
  send(record: ProducerRecord): Promise<RecordMetadata[]>;
  sendBatch(): Promise<RecordMetadata[]>;
  transaction(): Promise<never>;
}

/** What kafkajs tells of a request that a broker has answered. */
interface RequestEvent {
  readonly id: number;
  readonly type: string;
  readonly timestamp: number;
  readonly payload: {
    readonly broker: string;
    readonly clientId: string;
    readonly correlationId: number;
    readonly size: number;
    readonly createdAt: number;
    readonly sentAt: number;
    readonly pendingDuration: number;
    readonly duration: number;
    readonly apiName: string;
    readonly apiKey: number;
    readonly apiVersion: number;
  };
}
type RequestListener = (event: RequestEvent) => void;

export interface StubConsumer {
  readonly events: { readonly REQUEST: 'consumer.network.request'; readonly GROUP_JOIN: 'consumer.group_join' };
  on(): () => void;
  run(config: StubRunConfig): Promise<void>;
  commitOffsets(): Promise<void>;
}

/**
 * kafkajs' shape without a network: a `Kafka` class whose clients are plain objects, as kafkajs makes them. A send resolves
 * at once, and who listens is told of its one request, as kafkajs tells; a consumer keeps the config it was run with, and what calls its
 * handlers is the benchmark. How many messages a fetch brings is another matter on every cluster, so a consumer tells of none.
 */
export class StubKafka {
  /** The messages of the last send, as they would have gone to the broker. */
  sent: readonly Message[] = [];
  /** The config of the last `run`, with whatever a library put around the handlers. */
  running: StubRunConfig = {};

  producer(): StubProducer {
    const answer: RecordMetadata[] = [{ topicName: 'orders', partition: 0, errorCode: 0, baseOffset: '4711', logAppendTime: '-1' }];
    const requests = new Requests('producer.network.request');
    return {
      events: { REQUEST: 'producer.network.request' },
      on: (name, listener) => requests.on(name, listener),
      send: async ({ messages }) => {
        this.sent = messages;
        requests.tell('Produce', 0, 7);
        return answer;
      },
      sendBatch: async () => answer,
      transaction: () => Promise.reject(new Error('The stub has no transactions.')),
    };
  }

  consumer(): StubConsumer {
    return {
      events: { REQUEST: 'consumer.network.request', GROUP_JOIN: 'consumer.group_join' },
      on: () => () => {},
      run: async (config) => {
        this.running = config;
      },
      commitOffsets: async () => {},
    };
  }
}

/** Tells of requests as kafkajs does: what it tells is made for each request, and wrapped once more where someone listens. */
class Requests {
  readonly #type: string;
  readonly #listeners: RequestListener[] = [];
  #count = 0;

  constructor(type: string) {
    this.#type = type;
  }

  on(name: string, listener: RequestListener): () => void {
    if (name === this.#type) this.#listeners.push(listener);
    return () => void this.#listeners.splice(this.#listeners.indexOf(listener), 1);
  }

  tell(apiName: string, apiKey: number, apiVersion: number): void {
    const now = Date.now();
    const correlationId = this.#count++;
    const payload = {
      broker: 'localhost:9092',
      clientId: 'orders',
      correlationId,
      size: 60,
      createdAt: now,
      sentAt: now,
      pendingDuration: 0,
      duration: Date.now() - now,
      apiName,
      apiKey,
      apiVersion,
    };
    if (this.#listeners.length === 0) return;
    const event: RequestEvent = { id: correlationId, type: this.#type, timestamp: Date.now(), payload };
    for (const listener of this.#listeners) listener(event);
  }
}
