import type { BatchLike, ConsumerLike, EachBatchPayloadLike, MessageLike, RunConfigLike } from '../../../src/client/kafka-client.ts';

/** Passes input that no broker sends and no real client delivers to the handlers of the config of `run`. */
export class StubConsumer implements ConsumerLike {
  config: RunConfigLike = {};
  readonly resolved: string[] = [];
  readonly committed: unknown[][] = [];
  stale = false;

  async run(config: RunConfigLike = {}): Promise<void> {
    this.config = config;
  }

  async commitOffsets(...args: unknown[]): Promise<void> {
    this.committed.push(args);
  }

  /** Calls the handler as kafkajs does, and returns its result. */
  deliver(message: MessageLike, topic = 'orders'): unknown {
    return this.config.eachMessage?.({ topic, partition: 0, message });
  }

  /** `members` replace members of the payload. */
  deliverBatch(messages: readonly MessageLike[], members: object = {}): unknown {
    return this.config.eachBatch?.({ ...this.payload(messages), ...members });
  }

  payload(messages: readonly MessageLike[], topic = 'orders'): EachBatchPayloadLike {
    const batch: BatchLike = { topic, partition: 0, messages, lastOffset: () => messages.at(-1)?.offset ?? '-1' };
    return {
      batch,
      resolveOffset: (offset) => void this.resolved.push(offset),
      heartbeat: async () => {},
      commitOffsetsIfNecessary: async (...args) => void this.committed.push(args),
      isRunning: () => true,
      isStale: () => this.stale,
    };
  }
}

/** A consumed message as kafkajs makes it; `members` replace its members. */
export function received(members: Partial<MessageLike> = {}): MessageLike {
  return { key: Buffer.from('k'), value: Buffer.from('v'), headers: {}, offset: '7', timestamp: String(Date.now()), ...members };
}

/** The payload of `eachBatch` with copies of its messages, as of a handler that adds to them. */
export function copied(payload: EachBatchPayloadLike): EachBatchPayloadLike {
  return { ...payload, batch: { ...payload.batch, messages: payload.batch.messages.map((message) => ({ ...message })) } };
}
