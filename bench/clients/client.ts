import type { subscribe } from '@tracelink/kafka/subscribe';
import type { KafkaPropagation } from '@tracelink/propagation';
import { randomIds } from '../measure/random-ids.ts';

/** How the wrapped client traces. */
interface Tracing {
  readonly propagation: KafkaPropagation;
}

/** A producer that is connected. */
export interface BenchProducer {
  /** One send of so many messages of 100 B; what of a traced one's two headers is not written for it, it writes by hand. */
  send(topic: string, messages: number): Promise<unknown>;
  /** Sends on what handlers got; none where there is no `engine` to have handlers. */
  readonly forward?: (topic: string, messages: readonly Forwarded[]) => Promise<unknown>;
}

/** What a handler sends on. */
export interface Forwarded {
  readonly key: Buffer | null;
  readonly value: Buffer;
  /** Of the handler's context, where the message is not sent in it. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One library, as its users configure it. */
export interface BenchClient {
  /** Bare without `tracing`. */
  producer(tracing: Tracing | undefined): Promise<BenchProducer>;
  /** Consumes a topic from its beginning, one message after the other, until it is told to close. Bare without `tracing`. */
  consume(topic: string, tracing: Tracing | undefined, handle: () => Promise<void>): Promise<() => Promise<void>>;
  /** What `subscribe` gets, and the option `consumer` for it; none where it does not know the library. */
  readonly engine: readonly [Parameters<typeof subscribe>[0], consumer: object] | undefined;
}

/**
 * Bytes of a partition that each client fetches at a time, kafkajs' default: the others' hold a whole topic, which they would have read
 * before the measurement begins.
 */
export const fetchBytes: number = 1_048_576;

let groups = 0;

/** Each consumption begins at the beginning. */
export function newGroupId(): string {
  return `bench-${process.pid}-${Date.now()}-${++groups}`;
}

export const value: Buffer = Buffer.alloc(100, 'v');

/** The headers that our producer writes at the first hop: encoding them is the client's cost, and not the tracing's. */
export function sameHeaders(): { readonly b3: string; readonly 'tracelink-origin': string } {
  const ids = `${traceId}-${spanId}`;
  return { b3: `${ids}-1`, 'tracelink-origin': `00-${ids}-01` };
}

/** The one of them that no instrumentation but ours writes. */
export function originHeader(): { readonly 'tracelink-origin': string } {
  return { 'tracelink-origin': `00-${traceId}-${spanId}-01` };
}

const { traceId, spanId } = randomIds();
