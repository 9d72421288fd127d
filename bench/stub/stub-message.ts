import type { Message } from 'kafkajs';
import { randomIds } from '../measure/random-ids.ts';
import type { StubBatchPayload, StubMessage, StubMessagePayload } from './stub-kafka.ts';

const topic = 'orders';
const value = 'v'.repeat(100);

/** A message to send. A new object at each call: contrib writes into it, so the second send of one object would be another case. */
export function outgoing(index: number, withHeader: boolean): Message {
  return withHeader
    ? { key: keys[index] as string, value, headers: { 'content-type': 'application/json' } }
    : { key: keys[index] as string, value };
}

const keys = Array.from({ length: 100 }, (_, index) => `order-${1000 + index}`);

/** Where the parts of a message lie in a fetch response. */
interface Encoded {
  readonly bytes: Buffer;
  readonly offset: string;
}

// More than a branch predictor remembers.
const distinct = 2_000;

/**
 * Messages as a fetch response brings them: each with its own creation context in `b3`, the header that our producers write
 * beside it, and one of the application's. The sender's decision is the mode's.
 */
export class Incoming {
  readonly #messages: readonly Encoded[];
  #next = 0;

  constructor(sampled: boolean) {
    this.#messages = Array.from({ length: distinct }, (_, index) => {
      const { traceId, spanId } = randomIds();
      const flag = sampled ? 1 : 0;
      const text = `${keys[index % keys.length]}${value}application/json${traceId}-${spanId}-${flag}00-${traceId}-${spanId}-0${flag}`;
      return { bytes: Buffer.from(text), offset: String(5_000_000 + index) };
    });
  }

  /** The next message, decoded anew: a delivered message is an object that was never seen before. */
  #message(): StubMessage {
    const { bytes, offset } = this.#messages[this.#next++ % distinct] as Encoded;
    return {
      magicByte: 2,
      attributes: 0,
      timestamp: '1763935200000',
      offset,
      key: bytes.subarray(0, 10),
      value: bytes.subarray(10, 110),
      headers: { 'content-type': bytes.subarray(110, 126), b3: bytes.subarray(126, 177), 'tracelink-origin': bytes.subarray(177) },
    };
  }

  messagePayload(): StubMessagePayload {
    return { topic, partition: 0, message: this.#message(), heartbeat, pause };
  }

  batchPayload(): StubBatchPayload {
    const messages = keys.map(() => this.#message());
    return {
      batch: { topic, partition: 0, messages, lastOffset: () => '5000099' },
      resolveOffset: () => {},
      heartbeat,
      pause,
      commitOffsetsIfNecessary: heartbeat,
      isRunning: () => true,
      isStale: () => false,
    };
  }
}

const heartbeat = async (): Promise<void> => {};
const pause = () => () => {};
