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
  on(): () => void;
  send(record: ProducerRecord): Promise<RecordMetadata[]>;
  sendBatch(): Promise<RecordMetadata[]>;
  transaction(): Promise<never>;
}

export interface StubConsumer {
  readonly events: { readonly REQUEST: 'consumer.network.request'; readonly GROUP_JOIN: 'consumer.group_join' };
  on(): () => void;
  run(config: StubRunConfig): Promise<void>;
  commitOffsets(): Promise<void>;
}

/**
 * kafkajs' shape without a network: a `Kafka` class whose clients are plain objects, as kafkajs makes them. A send resolves
 * at once; a consumer keeps the config it was run with, and what calls its handlers is the benchmark.
 */
export class StubKafka {
  /** The messages of the last send, as they would have gone to the broker. */
  sent: readonly Message[] = [];
  /** The config of the last `run`, with whatever a library put around the handlers. */
  running: StubRunConfig = {};

  producer(): StubProducer {
    const answer: RecordMetadata[] = [{ topicName: 'orders', partition: 0, errorCode: 0, baseOffset: '4711', logAppendTime: '-1' }];
    return {
      events: { REQUEST: 'producer.network.request' },
      on: () => () => {},
      send: async ({ messages }) => {
        this.sent = messages;
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
